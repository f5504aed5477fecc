import pg from 'pg';

/** Makes the login role or sets its password, as a superuser; the role gets no right beyond logging in. */
export async function ensureRole(superuser: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await superuser.query('select from pg_roles where rolname = $1', [name]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  const role = `${pg.escapeIdentifier(name)} login nosuperuser nocreatedb nocreaterole nobypassrls`;
  await superuser.query(`${verb} role ${role} password ${pg.escapeLiteral(password)}`);
}

/**
 * Makes the database when it is missing, as a superuser, open to its owner and the named roles alone.
 *
 * @param options.template a database to copy; nobody may be connected to it
 * @returns whether it was made now
 */
export async function ensureDatabase(
  superuser: pg.Client,
  options: { name: string; owner: string; users?: readonly string[]; template?: string },
): Promise<boolean> {
  const { rowCount } = await superuser.query('select from pg_database where datname = $1', [options.name]);
  if (rowCount !== 0) return false;
  const name = pg.escapeIdentifier(options.name);
  const template = options.template ? ` template ${pg.escapeIdentifier(options.template)}` : '';
  await superuser.query(`create database ${name} owner ${pg.escapeIdentifier(options.owner)}${template}`);
  // Rights on the database itself are not copied from a template.
  await superuser.query(`revoke all on database ${name} from public`);
  for (const user of options.users ?? []) {
    await superuser.query(`grant connect on database ${name} to ${pg.escapeIdentifier(user)}`);
  }
  return true;
}
