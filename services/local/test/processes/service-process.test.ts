import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ServiceProcess } from '../../src/processes/service-process.ts';

test('a service that never says that it has started is given up and ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-service-'));
  const main = join(folder, 'main.mjs');
  await writeFile(main, 'setInterval(() => undefined, 1_000_000);');
  const service = new ServiceProcess({ name: 'payments', main, env: {}, startTimeoutMs: 200 });
  await expect(service.start()).rejects.toThrow('payments had not started within 0.2 s.');
  expect(service.pid).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
