import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { loadRebuildConfig } from '../../src/config.ts';
import { operatorToken } from '../../src/rebuild/operator-token.ts';

const folder = mkdtempSync(join(tmpdir(), 'finflow-token-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a token written anew into its file is taken; while it is being written, the last one', () => {
  const OPERATOR_TOKEN_FILE = join(folder, 'token');
  const env = {
    ...{ DATABASE_OWNER_URL: 'postgresql://owner@db/analytics', ACCOUNTING_ADDRESS: 'accounting:4102' },
    OPERATOR_TOKEN_FILE,
  };
  const read = () => loadRebuildConfig(env).OPERATOR_TOKEN;
  writeFileSync(OPERATOR_TOKEN_FILE, 'first.of.all\n');
  const token = operatorToken(read(), read);
  const given = [token()];
  for (const text of ['', 'second.of.all\n']) {
    writeFileSync(OPERATOR_TOKEN_FILE, text);
    given.push(token());
  }
  expect(given).toEqual(['first.of.all', 'first.of.all', 'second.of.all']);
});
