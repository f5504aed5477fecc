/** The five kinds of account. Assets and expenses grow by debits, the others by credits. */
export type AccountType = 'ASSET' | 'LIABILITY' | 'EQUITY' | 'REVENUE' | 'EXPENSE';

/** An account of an organization's chart. */
export interface Account {
  readonly id: string;
  /** Unique in the organization, such as `1100`. */
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** What the platform's own postings find it by; null for an account somebody added. */
  readonly role: string | null;
  readonly isCash: boolean;
  readonly isReceivable: boolean;
  readonly description: string;
  readonly createdAt: Date;
  /** Takes no more lines from this instant on. */
  readonly closedAt: Date | null;
}

/** How a posting names an account: people by id or code, the platform by the role in the standard chart. */
export type AccountReference = { readonly id: string } | { readonly code: string } | { readonly role: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads what a person typed: a UUID is an id, anything else a code (no UUID is short enough to be one). */
export function accountReference(text: string): AccountReference {
  return UUID.test(text) ? { id: text.toLowerCase() } : { code: text };
}

/** What to say of a reference that names no account of the chart. */
export function unknownAccount(reference: AccountReference): string {
  const name =
    'id' in reference
      ? `the id ${reference.id}`
      : 'code' in reference
        ? `the code ${reference.code}`
        : `the role ${reference.role}`;
  return `There is no account with ${name} in the chart of accounts.`;
}

/** The reference as one string, for maps. */
export function referenceKey(reference: AccountReference): string {
  if ('id' in reference) return `id:${reference.id}`;
  return 'code' in reference ? `code:${reference.code}` : `role:${reference.role}`;
}
