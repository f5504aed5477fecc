import { systemClock } from '@finflow/chassis/clock';
import { openBus } from '@finflow/chassis/events/connect';
import { atExit, runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAnalyticsConfig } from './config.ts';
import { createAnalyticsService } from './service.ts';

await runProgram(async () => {
  const config = loadAnalyticsConfig();
  const logger = createLogger({ service: 'analytics', level: config.LOG_LEVEL });
  const bus = await openBus(config, { service: 'analytics', logger, waitMs: config.START_WAIT_MS });
  atExit(() => bus.close());
  await runService(createAnalyticsService(config, { bus, clock: systemClock, logger }), {
    logger,
    drainMs: config.DRAIN_MS,
  });
});
