import { isTimeZone } from '@finflow/chassis/clock';
import { invalidArgument } from '@finflow/chassis/errors';
import { assertCurrency } from '@finflow/chassis/money';

/** What an organization can set for itself. */
export interface OrganizationSettings {
  readonly name: string;
  readonly currencyCode: string;
  readonly timeZone: string;
}

/** An organization. */
export interface Organization extends OrganizationSettings {
  readonly organizationId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY` or `UNKNOWN_TIME_ZONE` */
export function assertSettings({ currencyCode, timeZone }: Partial<OrganizationSettings>): void {
  if (currencyCode !== undefined) assertCurrency(currencyCode, 'currency_code');
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw invalidArgument('UNKNOWN_TIME_ZONE', 'time_zone', 'must be an IANA time zone such as Europe/Vienna');
  }
}
