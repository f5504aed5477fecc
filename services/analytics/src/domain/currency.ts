import { invalidArgument } from '@finflow/chassis/errors';
import { isCurrency } from '@finflow/chassis/money';

/** @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY` naming the field */
export function assertCurrency(currencyCode: string, field: string): void {
  if (!isCurrency(currencyCode)) {
    throw invalidArgument('UNKNOWN_CURRENCY', field, `"${currencyCode}" is not an ISO 4217 currency`);
  }
}
