import { fromProto, type Money, money, toProto } from '@finflow/chassis/money';
import type { Money as WireMoney } from '@finflow/proto/finflow/common/v1/money_pb';

/** Where the contracts say that an empty currency means dollars. */
export const DEFAULT_CURRENCY = 'USD';

/** An amount of a reply. */
export function wireMoney(currencyCode: string, amountMinor: bigint): WireMoney {
  return toProto(money(currencyCode, amountMinor));
}

/** An amount a request may leave out. @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY` naming the field */
export function optionalMoney(wire: WireMoney | undefined, field: string): Money | undefined {
  return wire === undefined ? undefined : fromProto(wire, field, DEFAULT_CURRENCY);
}
