import { sqlMigration } from '@finflow/chassis/database/migrate';

/**
 * The rules of double entry, held for every client. Statement-level triggers over transition tables: a batch of 1,000
 * entries costs one check, not 2,000.
 *
 * - Functions run as the owner (SECURITY DEFINER), because the service may not write balances; row-level security is
 *   forced, so even they see one organization.
 * - LATERAL … LIMIT 1 keeps the planner on one index probe per row. The obvious NOT EXISTS became a hashed scan of the
 *   organization's whole journal: 14,000 postings/s instead of 24,000, and falling as the journal grows.
 *   enable_seqscan is off because plans made while the tables were empty live on in the session.
 * - A line of zero is refused by the table, so lines that sum to zero are at least two; when each statement's lines
 *   sum to zero per entry and currency, so does the entry, however many statements its transaction needs.
 * - Balances are upserted in key order: any two statements lock them in the same order and cannot deadlock.
 *   ON CONFLICT settles who makes the row of an account not used before.
 * - Closing an account takes no lock: a posting that does not see it yet stands before it in the order of things.
 */
export const journalRules = sqlMigration('JournalRules1764000000007', [
  `create function check_journal_lines() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
  declare
    wrong record;
  begin
    select l.entry_id, count(*) as lines into wrong
      from new_lines l
      left join lateral (
        select e.transaction_id from public.journal_entries e
         where e.organization_id = l.organization_id and e.id = l.entry_id limit 1
      ) e on true
     where e.transaction_id is distinct from pg_current_xact_id()
     group by l.organization_id, l.entry_id limit 1;
    if found then
      raise exception 'journal entry % was not made by this transaction, so no line may join it', wrong.entry_id
        using errcode = 'LG003', hint = 'Post a new entry; correct a posted one by a reversing entry.';
    end if;

    select t.entry_id, t.currency, t.debits, t.credits, t.lines into wrong
      from (
        select l.entry_id, l.currency, count(*) as lines,
               sum(greatest(l.amount_minor, 0)) as debits, sum(greatest(-l.amount_minor, 0)) as credits
          from new_lines l group by l.organization_id, l.entry_id, l.currency
      ) t
     where t.debits <> t.credits limit 1;
    if found and (select count(*) from new_lines l where l.entry_id = wrong.entry_id) < 2 then
      raise exception 'journal entry % has fewer than two lines', wrong.entry_id using errcode = 'LG002';
    elsif found then
      raise exception 'journal entry % does not sum to zero in %: debits %, credits %',
        wrong.entry_id, wrong.currency, wrong.debits, wrong.credits using errcode = 'LG001';
    end if;

    select l.account_id, a.id as found_id into wrong
      from (select distinct n.organization_id, n.account_id from new_lines n) l
      left join lateral (
        select a.id, a.closed_at from public.accounts a
         where a.organization_id = l.organization_id and a.id = l.account_id limit 1
      ) a on true
     where a.id is null or a.closed_at is not null limit 1;
    if found and wrong.found_id is null then
      raise exception 'account % is not in this organization''s chart of accounts', wrong.account_id
        using errcode = 'LG004';
    elsif found then
      raise exception 'account % is closed', wrong.account_id using errcode = 'LG005';
    end if;

    insert into public.account_balances as b (organization_id, account_id, currency, debit_minor, credit_minor)
    select l.organization_id, l.account_id, l.currency,
           sum(greatest(l.amount_minor, 0))::bigint, sum(greatest(-l.amount_minor, 0))::bigint
      from new_lines l
     group by l.organization_id, l.account_id, l.currency
     order by l.organization_id, l.account_id, l.currency
    on conflict (organization_id, account_id, currency) do update
      set debit_minor = b.debit_minor + excluded.debit_minor, credit_minor = b.credit_minor + excluded.credit_minor;
    return null;
  end $$`,
  `create trigger journal_lines_balance after insert on journal_lines
    referencing new table as new_lines for each statement execute function check_journal_lines()`,

  `create function check_journal_entries() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
  declare
    wrong record;
  begin
    select e.id, l.line_no into wrong
      from new_entries e
      left join lateral (
        select l.line_no from public.journal_lines l
         where l.organization_id = e.organization_id and l.entry_id = e.id limit 1
      ) l on true
     where l.line_no is null or e.transaction_id <> pg_current_xact_id() limit 1;
    if found and wrong.line_no is null then
      raise exception 'journal entry % has no lines', wrong.id
        using errcode = 'LG002', hint = 'Insert entry and lines in one statement (WITH … INSERT).';
    elsif found then
      raise exception 'journal entry % names a transaction other than its own', wrong.id using errcode = 'LG003';
    end if;
    return null;
  end $$`,
  `create trigger journal_entries_have_lines after insert on journal_entries
    referencing new table as new_entries for each statement execute function check_journal_entries()`,

  `create function refuse_journal_change() returns trigger language plpgsql as $$
  begin
    raise exception '% of % refused: what is posted stays', tg_op, tg_table_name
      using errcode = 'LG006', hint = 'Correct it by a reversing entry.';
  end $$`,
  `create trigger journal_entries_stay before update or delete or truncate on journal_entries
    for each statement execute function refuse_journal_change()`,
  `create trigger journal_lines_stay before update or delete or truncate on journal_lines
    for each statement execute function refuse_journal_change()`,

  'revoke all on function check_journal_lines(), check_journal_entries() from public',
]);
