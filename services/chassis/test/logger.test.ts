import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../src/logger.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ service: 'payments', destination: { write: (line) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line));
}

describe('createLogger', () => {
  test('writes one JSON object a line with service, level, ISO time and message', () => {
    const [line] = logged((logger) => logger.info({ attempt: 2 }, 'charged'));
    expect(line).toMatchObject({ service: 'payments', level: 'info', message: 'charged', attempt: 2 });
    expect(new Date(String(line?.time)).toISOString()).toBe(line?.time);
  });

  test('secrets do not get out, at the top or inside', () => {
    const [line] = logged((logger) =>
      logger.info(
        {
          password: 'p1',
          refreshToken: 'p2',
          request: { source: 'p3', headers: { authorization: 'p4', cookie: 'p5', 'set-cookie': 'p6' } },
          config: { databaseUrl: 'p7' },
          err: Object.assign(new Error('bad'), { parameters: ['p8'], query: 'p9' }),
        },
        'x',
      ),
    );
    expect(JSON.stringify(line)).not.toMatch(/p[1-9]/);
    expect(line).toMatchObject({ password: '[redacted]', request: { source: '[redacted]' } });
  });

  test('errors keep their stack', () => {
    const [line] = logged((logger) => logger.error({ err: new Error('boom') }, 'failed'));
    expect(line?.err).toMatchObject({ message: 'boom', stack: expect.stringContaining('logger.test') });
  });
});
