import { sqlMigration } from '@finflow/chassis/database/migrate';

/**
 * Books are opened by the organization's event alone, so settings always have an instant. Rows without one have
 * defaults that a command made up before the event; any event is newer.
 */
export const openedByEvents = sqlMigration('OpenedByEvents1764000000010', [
  // Forced row-level security would hide every row from the owner, in whose name this runs.
  'alter table organizations no force row level security',
  `update organizations set settings_at = '-infinity' where settings_at is null`,
  'alter table organizations force row level security',
  'alter table organizations alter column settings_at set not null',
]);
