import { isTimeZone } from '@finflow/chassis/clock';
import { invalidArgument } from '@finflow/chassis/errors';
import { assertCurrency } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import type { AccountingParts } from '../parts.ts';
import { type Settings, saveSettings } from '../store/organizations.ts';

/**
 * Opens an organization's books (chart of accounts) and keeps its settings, in the transaction of the event that told
 * of them. Settings older than those kept change nothing.
 *
 * @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY`, `UNKNOWN_TIME_ZONE`
 */
export async function saveOrganization(
  tx: EntityManager,
  { clock }: AccountingParts,
  settings: Settings,
): Promise<void> {
  assertCurrency(settings.currency, 'currency');
  if (!isTimeZone(settings.timeZone)) {
    throw invalidArgument('UNKNOWN_TIME_ZONE', 'time_zone', `must be an IANA time zone, not "${settings.timeZone}"`);
  }
  await saveSettings(tx, settings, clock.now());
}
