import {
  booleanColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { prepared } from '@finflow/chassis/database/prepared';
import { newId } from '@finflow/chassis/ids';
import { type EntityManager, EntitySchema } from 'typeorm';
import { type Account, type AccountReference, referenceKey } from '../domain/account.ts';
import { standardChart } from '../domain/standard-chart.ts';

export type AccountRow = Account & { readonly organizationId: string };

export const AccountSchema = new EntitySchema<AccountRow>({
  name: 'account',
  tableName: 'accounts',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    code: textColumn(),
    name: textColumn(),
    type: textColumn(),
    role: textColumn({ nullable: true }),
    isCash: booleanColumn(),
    isReceivable: booleanColumn(),
    description: textColumn(),
    createdAt: instantColumn(),
    closedAt: instantColumn({ nullable: true }),
  },
});

/**
 * Adds an account.
 *
 * @returns false when the organization has one of this code already
 */
export async function insertAccount(tx: EntityManager, account: AccountRow): Promise<boolean> {
  const { raw } = await tx
    .createQueryBuilder()
    .insert()
    .into(AccountSchema)
    .values(account)
    .orIgnore()
    .returning('id')
    .execute();
  return (raw as unknown[]).length === 1;
}

/** Adds whatever is missing of the standard chart; of two transactions at once, one adds it. */
export async function insertStandardChart(tx: EntityManager, organizationId: string, createdAt: Date): Promise<void> {
  const rows = standardChart.map((account) => ({
    ...account,
    organizationId,
    id: newId(),
    description: '',
    createdAt,
    closedAt: null,
  }));
  await tx.createQueryBuilder().insert().into(AccountSchema).values(rows).orIgnore().execute();
}

// One probe per way of naming an account: with OR between them the planner reads the whole chart.
const COLUMNS = `id, code, name, type, role, is_cash as "isCash", is_receivable as "isReceivable", description,
  created_at as "createdAt", closed_at as "closedAt"`;
const FIND_ACCOUNTS = `select ${COLUMNS} from accounts where id = any($1::uuid[])
  union all select ${COLUMNS} from accounts where code = any($2::text[])
  union all select ${COLUMNS} from accounts where role = any($3::text[])`;

/** The accounts these references name, by `referenceKey`; a reference to no account is missing from the map. */
export async function findAccounts(
  tx: EntityManager,
  references: Iterable<AccountReference>,
): Promise<Map<string, Account>> {
  const ids = new Set<string>();
  const codes = new Set<string>();
  const roles = new Set<string>();
  for (const reference of references) {
    if ('id' in reference) ids.add(reference.id);
    else if ('code' in reference) codes.add(reference.code);
    else roles.add(reference.role);
  }
  const rows = await prepared<Account>(tx, 'find-accounts', FIND_ACCOUNTS, [[...ids], [...codes], [...roles]]);
  const found = new Map<string, Account>();
  for (const account of rows) {
    found.set(referenceKey({ id: account.id }), account);
    found.set(referenceKey({ code: account.code }), account);
    if (account.role !== null) found.set(referenceKey({ role: account.role }), account);
  }
  return found;
}
