import { expect, test } from '@jest/globals';
import { createLogger, silentLogger } from '../src/logger.ts';
import { NotYetThere, waitUntilThere } from '../src/waiting-start.ts';

const away = () =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', databaseAddress: 'postgres:5432' });
const failing = (...errors: Error[]) => {
  const attempts = { made: 0 };
  const attempt = async () => {
    const error = errors[attempts.made++];
    if (error) throw error;
    return 'there';
  };
  return { attempts, attempt };
};

test('waits for a database that does not answer yet and for its migrations, and says once what for and where', async () => {
  const lines: { reason?: string }[] = [];
  const logger = createLogger({
    service: 'test',
    destination: { write: (line: string) => lines.push(JSON.parse(line)) },
  });
  const { attempt } = failing(away(), away(), new NotYetThere('The database is not migrated.'));
  expect(await waitUntilThere(attempt, { waitMs: 60_000, logger })).toBe('there');
  expect(lines.map(({ reason }) => reason)).toEqual([
    'The database at postgres:5432 cannot be reached (ECONNREFUSED).',
    'The database is not migrated.',
  ]);
});

test('tries once when it shall not wait', async () => {
  const { attempts, attempt } = failing(away());
  await expect(waitUntilThere(attempt, { waitMs: 0, logger: silentLogger })).rejects.toThrow('ECONNREFUSED');
  expect(attempts.made).toBe(1);
});

test('does not wait for what waiting does not mend', async () => {
  const refused = Object.assign(new Error('password authentication failed'), { code: '28P01' });
  const { attempts, attempt } = failing(refused);
  await expect(waitUntilThere(attempt, { waitMs: 60_000, logger: silentLogger })).rejects.toThrow('password');
  expect(attempts.made).toBe(1);
});
