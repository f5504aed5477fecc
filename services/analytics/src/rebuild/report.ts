import { counted, instantText, table } from '@finflow/chassis/commands/terminal';
import { formatMoney, money } from '@finflow/chassis/money';
import type { RebuildOutcome } from '../commands/rebuild-read-model.ts';
import type { Claim, Drift, InvoiceDrift, MonthDrift, NotApplied, SettingsDrift, Sums } from '../store/drift.ts';
import { isDrift, LISTED } from '../store/drift.ts';

/** Rows shown of each kind; --json has LISTED. */
const SHOWN = 50;

/** What a rebuild came to, for a person. */
export function reportText(outcome: RebuildOutcome, seconds: number): string {
  const { organizations, entries, copySeconds, drift, swapped } = outcome;
  // By the time that copying took: what comes after depends on other things.
  const rate = Math.round(entries / Math.max(copySeconds, 0.001)).toLocaleString('en-US');
  const read = `Rebuilt ${counted(organizations, 'organization')} from ${entries.toLocaleString('en-US')} entries in ${seconds.toFixed(1)} s (read at ${rate} entries/s).\n`;
  if (!isDrift(drift))
    return `${read}Nothing differs: the live read model is what the journal says.\n${swapText(outcome)}`;
  const hint = swapped ? '' : 'Nothing was changed; --swap replaces the live read model by the rebuilt one.\n';
  return `${read}\n${driftText(drift)}${swapText(outcome)}${hint}`;
}

/** The same for a program: amounts are minor units, as text. */
export function reportJson(outcome: RebuildOutcome, seconds: number): string {
  const { organizations, entries, copySeconds, drift, swapped } = outcome;
  const report = {
    organizations,
    entries,
    seconds,
    copySeconds,
    drifted: isDrift(drift),
    drift,
    swapped: swapped ?? null,
  };
  return `${JSON.stringify(report, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}\n`;
}

function swapText({ swapped }: RebuildOutcome): string {
  if (!swapped) return '';
  const { rows, markedReceived, deadLettersSettled } = swapped;
  const parts = [
    rows === 0 ? 'Nothing had to be replaced' : `Swapped: ${counted(rows, 'row')} of the live read model replaced`,
    ...(markedReceived > 0 ? [`${counted(markedReceived, 'event')} still to come marked as received`] : []),
    ...(deadLettersSettled > 0 ? [`${counted(deadLettersSettled, 'dead letter')} settled`] : []),
  ];
  return `${parts.join('; ')}.\n`;
}

function driftText(drift: Drift): string {
  const { months, invoices, settings, notApplied, strayOrganizations } = drift;
  const strays = strayOrganizations.map((id) => [id]);
  return [
    section('Months of accounts that differ', drift.monthCount, months.map(monthRow), MONTH_TITLES),
    section('Invoices that differ', drift.invoiceCount, invoices.map(invoiceRow), INVOICE_TITLES),
    section('Settings that differ', drift.settingsCount, settings.map(settingsRow), SETTINGS_TITLES),
    section('Entries of the last 30 days not applied', drift.notAppliedCount, notApplied.map(entryRow), ENTRY_TITLES),
    section('Organizations that accounting knows nothing of', strays.length, strays, ['ORGANIZATION']),
  ].join('');
}

function section(what: string, count: number, rows: readonly string[][], titles: readonly string[]): string {
  if (count === 0) return '';
  const shown = rows.slice(0, SHOWN);
  const listed = count > LISTED ? `the first ${LISTED.toLocaleString('en-US')}` : 'them';
  const more = count > shown.length ? `… and ${count - shown.length} more (--json lists ${listed})\n` : '';
  return `${what}: ${count}\n${table([titles, ...shown])}${more}\n`;
}

const MONTH_TITLES = ['ORGANIZATION', 'MONTH', 'ACCOUNT', 'LIVE', 'REBUILT', 'DIFFERENCE', 'LINES'];

function monthRow({ organizationId, month, currency, accountCode, accountName, live, rebuilt }: MonthDrift): string[] {
  const balance = ({ debitMinor, creditMinor }: Sums) => debitMinor - creditMinor;
  const amount = (minor: bigint) => formatMoney(money(currency, minor));
  return [
    ...[organizationId, month, `${accountCode} ${accountName}`, amount(balance(live)), amount(balance(rebuilt))],
    ...[amount(balance(live) - balance(rebuilt)), signed(live.lines - rebuilt.lines)],
  ];
}

const INVOICE_TITLES = ['ORGANIZATION', 'INVOICE', 'LIVE', 'REBUILT', 'DIFFERENCE'];

function invoiceRow({ organizationId, invoiceId, currency, live, rebuilt }: InvoiceDrift): string[] {
  const amount = (minor: bigint) => formatMoney(money(currency, minor));
  const claim = (side: Claim | null) =>
    side === null
      ? 'not known'
      : `${amount(side.balanceMinor)}, ${side.dueDate === null ? 'no due date' : `due ${side.dueDate}`}`;
  const difference = (live?.balanceMinor ?? 0n) - (rebuilt?.balanceMinor ?? 0n);
  return [organizationId, invoiceId, claim(live), claim(rebuilt), amount(difference)];
}

const SETTINGS_TITLES = ['ORGANIZATION', 'LIVE', 'REBUILT'];

function settingsRow({ organizationId, live, rebuilt }: SettingsDrift): string[] {
  const text = (side: SettingsDrift['live']) => (side === null ? 'not known' : `${side.currency}, ${side.timeZone}`);
  return [organizationId, text(live), text(rebuilt)];
}

const ENTRY_TITLES = ['ORGANIZATION', 'ENTRY', 'POSTED', 'ITS EVENT'];

function entryRow({ organizationId, entryId, postedAt, deadLetter }: NotApplied): string[] {
  return [organizationId, entryId, instantText(postedAt), deadLetter ? 'a dead letter' : 'never arrived'];
}

function signed(difference: bigint): string {
  return difference > 0n ? `+${difference}` : String(difference);
}
