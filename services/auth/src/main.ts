import { systemClock } from '@finflow/chassis/clock';
import { openBus } from '@finflow/chassis/events/connect';
import { atExit, runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAuthConfig } from './config.ts';
import { createAuthService } from './service.ts';

await runProgram(async () => {
  const config = loadAuthConfig();
  const logger = createLogger({ service: 'auth', level: config.LOG_LEVEL });
  const bus = await openBus(config, { service: 'auth', logger, waitMs: config.START_WAIT_MS });
  atExit(() => bus.close());
  await runService(createAuthService(config, { bus, clock: systemClock, logger }), {
    logger,
    drainMs: config.DRAIN_MS,
  });
});
