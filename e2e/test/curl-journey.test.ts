import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Platform } from '../src/platform.ts';
import { describeBothWays } from '../src/ways.ts';

const run = promisify(execFile);
const script = resolve(import.meta.dirname, '../../docs/guides/first-steps.sh');

describeBothWays((way) => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start(way);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
  }, 60_000);

  test('the first steps work with nothing but curl and JSON', async () => {
    const { stdout } = await run('sh', [script, platform.url]);
    expect(stdout).toContain('The whole journey works.');
  }, 60_000);
});
