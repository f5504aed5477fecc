import { assertCurrency, type Money, money, toProto } from '@finflow/chassis/money';
import type { Money as WireMoney } from '@finflow/proto/finflow/common/v1/money_pb';

/** An amount of a reply. */
export function wireMoney(currencyCode: string, amountMinor: bigint): WireMoney {
  return toProto(money(currencyCode, amountMinor));
}

/**
 * An amount a request may leave out, in a currency it may leave out too.
 * @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY` naming the field
 */
export function optionalMoney(wire: WireMoney | undefined, field: string): Money | undefined {
  if (wire === undefined) return undefined;
  const { currencyCode, amountMinor } = wire;
  if (currencyCode !== '') assertCurrency(currencyCode, `${field}.currency_code`);
  return { currencyCode, amountMinor };
}
