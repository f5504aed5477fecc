import { alreadyExists, invalidArgument } from '@finflow/chassis/errors';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import type { Account, AccountType } from '../domain/account.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { insertAccount } from '../store/accounts.ts';
import { takeBooks } from '../store/organizations.ts';
import { mutate } from './mutate.ts';

export interface NewAccount {
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly isCash: boolean;
  readonly description: string;
}

/**
 * Adds an account to the chart.
 *
 * @throws DomainError INVALID_ARGUMENT `CASH_ACCOUNT_NOT_ASSET`, ALREADY_EXISTS `ACCOUNT_CODE_TAKEN`
 */
export async function createAccount(
  parts: AccountingParts,
  actor: Actor,
  request: NewAccount,
  key?: RequestKey,
): Promise<Account> {
  if (request.isCash && request.type !== 'ASSET') {
    throw invalidArgument('CASH_ACCOUNT_NOT_ASSET', 'is_cash', 'must be false: only an asset can be cash');
  }
  return await mutate(parts, actor, key, async (tx) => {
    // The standard chart first, or the new account could take one of its codes.
    await takeBooks(tx, actor.organizationId, 'shared');
    const account: Account = {
      ...request,
      id: newId(),
      role: null,
      isReceivable: false,
      createdAt: parts.clock.now(),
      closedAt: null,
    };
    if (await insertAccount(tx, { ...account, organizationId: actor.organizationId })) return account;
    throw alreadyExists('ACCOUNT_CODE_TAKEN', `Another account has the code ${request.code}.`, 'code');
  });
}
