import { createLogger, type LogLevel } from '@finflow/chassis/logger';
import { expect, test } from '@jest/globals';
import { levelOfServices, serviceLine } from '../../src/processes/service-lines.ts';

/** The line that a service writes. */
function written(level: 'info' | 'warn' | 'error'): string {
  let line = '';
  createLogger({ service: 'auth', destination: { write: (text) => (line = text) } })[level]('told');
  return line.trimEnd();
}

test.each<[LogLevel, string[]]>([
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
])('from %s on, lines are shown after the service’s name', (level, shown) => {
  const lines = (['info', 'warn', 'error'] as const).filter((own) => serviceLine('auth', written(own), level));
  expect(lines).toEqual(shown);
  expect(serviceLine('auth', written('error'), 'warn')).toMatch(/^auth +\| \{"level":"error",.*"message":"told"\}$/);
});

test('what is no log line is shown, unless nothing is to be', () => {
  expect(serviceLine('auth', 'FATAL ERROR: out of memory', 'error')).toMatch(/\| FATAL ERROR/);
  expect(serviceLine('auth', 'FATAL ERROR: out of memory', 'silent')).toBeUndefined();
});

test('a service logs that it has started, whatever is shown of it', () => {
  expect((['silent', 'warn', 'info', 'debug'] as const).map(levelOfServices)).toEqual([
    'info',
    'info',
    'info',
    'debug',
  ]);
});
