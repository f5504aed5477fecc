import type { EntityManager } from 'typeorm';

/** Debits, credits and lines of an account in a month; zero where there is no row. */
export interface Sums {
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
  readonly lines: bigint;
}

/** An account whose month is not what the journal says. */
export interface MonthDrift {
  readonly organizationId: string;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly currency: string;
  readonly accountCode: string;
  readonly accountName: string;
  readonly live: Sums;
  readonly rebuilt: Sums;
}

/** What is known of an open invoice; no due date: none was heard of. */
export interface Claim {
  readonly balanceMinor: bigint;
  readonly dueDate: string | null;
}

/** An invoice that is not open as the journal says, or not due as the invoice says. */
export interface InvoiceDrift {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly currency: string;
  /** Null where that side knows nothing of the invoice. */
  readonly live: Claim | null;
  readonly rebuilt: Claim | null;
}

/** Settings older than those accounting knows, or missing. */
export interface SettingsDrift {
  readonly organizationId: string;
  readonly live: { readonly currency: string; readonly timeZone: string } | null;
  readonly rebuilt: { readonly currency: string; readonly timeZone: string };
}

/** How the live read model differs from the shadow. Lists are cut, counts are not. */
export interface Drift {
  readonly months: readonly MonthDrift[];
  readonly monthCount: number;
  readonly invoices: readonly InvoiceDrift[];
  readonly invoiceCount: number;
  readonly settings: readonly SettingsDrift[];
  readonly settingsCount: number;
  /** Organizations with figures of which accounting knows nothing. */
  readonly strayOrganizations: readonly string[];
  /** Entries of the last 30 days, which the inbox remembers, that never arrived or became dead letters. */
  readonly notApplied: readonly NotApplied[];
  readonly notAppliedCount: number;
}

export interface NotApplied {
  readonly organizationId: string;
  readonly entryId: string;
  readonly postedAt: Date;
  readonly deadLetter: boolean;
}

/** Rows of each kind that are listed: bounds memory when everything differs. */
export const LISTED = 10_000;

/** Rows of a table of the read model, of one organization or all. */
const scoped = (table: string) => `(select * from ${table} where $1::uuid is null or organization_id = $1)`;

const MONTHS = `select l.organization_id is null as new, organization_id as "organizationId",
    to_char(month, 'YYYY-MM') as month, currency,
    coalesce(r.account_code, l.account_code) as "accountCode", coalesce(r.account_name, l.account_name) as "accountName",
    coalesce(l.debit_minor, 0) as "liveDebit", coalesce(l.credit_minor, 0) as "liveCredit",
    coalesce(l.lines, 0) as "liveLines", coalesce(r.debit_minor, 0) as "rebuiltDebit",
    coalesce(r.credit_minor, 0) as "rebuiltCredit", coalesce(r.lines, 0) as "rebuiltLines",
    count(*) over ()::int as total
  from ${scoped('public.ledger_months')} l
  full join ${scoped('rebuild.ledger_months')} r using (organization_id, currency, month, account_id)
  where (l.debit_minor, l.credit_minor, l.lines) is distinct from (r.debit_minor, r.credit_minor, r.lines)
  order by organization_id, month, currency, "accountCode" limit ${LISTED}`;

/** Both sides' due dates being equally old, the rebuilt one counts; a newer one of the live model is its own. */
export const LIVE_DUE_DATE_STANDS = `l.due_date is not null
  and coalesce(l.due_date_at, '-infinity') > coalesce(r.due_date_at, '-infinity')`;

const INVOICES = `select organization_id as "organizationId", invoice_id as "invoiceId", currency,
    l.organization_id is not null as "isLive", r.organization_id is not null as "isRebuilt",
    l.balance_minor as "liveBalance", l.due_date as "liveDue",
    r.balance_minor as "rebuiltBalance", r.due_date as "rebuiltDue", count(*) over ()::int as total
  from ${scoped('public.receivables')} l
  full join ${scoped('rebuild.receivables')} r using (organization_id, invoice_id, currency)
  where l.organization_id is null or r.organization_id is null or l.balance_minor <> r.balance_minor
     or (l.due_date is distinct from r.due_date and not (${LIVE_DUE_DATE_STANDS}))
  order by organization_id, invoice_id limit ${LISTED}`;

const SETTINGS = `select organization_id as "organizationId", l.currency as "liveCurrency", l.time_zone as "liveZone",
    r.currency, r.time_zone as "timeZone", count(*) over ()::int as total
  from rebuild.organizations r left join public.organizations l using (organization_id)
  where l.organization_id is null
     or (l.settings_at < r.settings_at and (l.currency, l.time_zone) <> (r.currency, r.time_zone))
  order by organization_id limit ${LISTED}`;

const STRAY_ORGANIZATIONS = `select distinct organization_id as id from (
    select organization_id from ${scoped('public.ledger_months')} m
    union all select organization_id from ${scoped('public.books')} b
    union all select organization_id from ${scoped('public.receivables')} i
  ) l where not exists (select from rebuild.organizations r where r.organization_id = l.organization_id)
  order by 1 limit ${LISTED}`;

const NOT_APPLIED = `select e.organization_id as "organizationId", e.id as "entryId", e.posted_at as "postedAt",
    d.event_id is not null as "deadLetter", count(*) over ()::int as total
  from rebuild.entries e
  left join public.dead_letters d
    on d.organization_id = e.organization_id and d.consumer_group = 'analytics' and d.event_id = e.id
  where e.posted_at > now() - interval '30 days'
    and (d.event_id is not null or not exists (
      select from public.inbox i where i.organization_id = e.organization_id and i.consumer_group = 'analytics'
        and i.event_id = e.id))
  order by e.posted_at limit ${LISTED}`;

interface Total {
  readonly total: number;
}

type MonthRow = Omit<MonthDrift, 'live' | 'rebuilt'> &
  Record<`${'live' | 'rebuilt'}${'Debit' | 'Credit' | 'Lines'}`, bigint> &
  Total;
type InvoiceRow = Pick<InvoiceDrift, 'organizationId' | 'invoiceId' | 'currency'> & {
  isLive: boolean;
  isRebuilt: boolean;
  liveBalance: bigint;
  liveDue: string | null;
  rebuiltBalance: bigint;
  rebuiltDue: string | null;
} & Total;
type SettingsRow = {
  organizationId: string;
  liveCurrency: string | null;
  liveZone: string;
  currency: string;
  timeZone: string;
} & Total;

/** Compares the live read model with the shadow, of one organization or all. */
export async function readDrift(tx: EntityManager, organizationId: string | undefined): Promise<Drift> {
  const scope = [organizationId ?? null];
  const months: MonthRow[] = await tx.query(MONTHS, scope);
  const invoices: InvoiceRow[] = await tx.query(INVOICES, scope);
  const settings: SettingsRow[] = await tx.query(SETTINGS);
  const strays: { id: string }[] = await tx.query(STRAY_ORGANIZATIONS, scope);
  const notApplied: (NotApplied & Total)[] = await tx.query(NOT_APPLIED);
  return {
    months: months.map(({ organizationId, month, currency, accountCode, accountName, ...row }) => ({
      ...{ organizationId, month, currency, accountCode, accountName },
      live: { debitMinor: row.liveDebit, creditMinor: row.liveCredit, lines: row.liveLines },
      rebuilt: { debitMinor: row.rebuiltDebit, creditMinor: row.rebuiltCredit, lines: row.rebuiltLines },
    })),
    monthCount: totalOf(months),
    invoices: invoices.map(({ organizationId, invoiceId, currency, ...row }) => ({
      ...{ organizationId, invoiceId, currency },
      live: row.isLive ? { balanceMinor: row.liveBalance, dueDate: row.liveDue } : null,
      rebuilt: row.isRebuilt ? { balanceMinor: row.rebuiltBalance, dueDate: row.rebuiltDue } : null,
    })),
    invoiceCount: totalOf(invoices),
    settings: settings.map(({ organizationId, liveCurrency, liveZone, currency, timeZone }) => ({
      organizationId,
      live: liveCurrency === null ? null : { currency: liveCurrency, timeZone: liveZone },
      rebuilt: { currency, timeZone },
    })),
    settingsCount: totalOf(settings),
    strayOrganizations: strays.map(({ id }) => id),
    notApplied: notApplied.map(({ total: _, ...entry }) => entry),
    notAppliedCount: totalOf(notApplied),
  };
}

function totalOf(rows: readonly Total[]): number {
  return rows[0]?.total ?? 0;
}

/** Whether there is any: an entry that was not applied shows in the figures, if they lack it. */
export function isDrift({ monthCount, invoiceCount, settingsCount }: Drift): boolean {
  return monthCount + invoiceCount + settingsCount > 0;
}
