import { systemClock } from '@finflow/chassis/clock';
import { openBus } from '@finflow/chassis/events/connect';
import { atExit, runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAccountingConfig } from './config.ts';
import { createAccountingService } from './service.ts';

await runProgram(async () => {
  const config = loadAccountingConfig();
  const logger = createLogger({ service: 'accounting', level: config.LOG_LEVEL });
  const bus = await openBus(config, { service: 'accounting', logger, waitMs: config.START_WAIT_MS });
  atExit(() => bus.close());
  await runService(createAccountingService(config, { bus, clock: systemClock, logger }), {
    logger,
    drainMs: config.DRAIN_MS,
  });
});
