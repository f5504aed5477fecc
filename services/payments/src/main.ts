import { systemClock } from '@finflow/chassis/clock';
import { openBus } from '@finflow/chassis/events/connect';
import { atExit, runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadPaymentsConfig } from './config.ts';
import { createPaymentsService } from './service.ts';

await runProgram(async () => {
  const config = loadPaymentsConfig();
  const logger = createLogger({ service: 'payments', level: config.LOG_LEVEL });
  const bus = await openBus(config, { service: 'payments', logger, waitMs: config.START_WAIT_MS });
  atExit(() => bus.close());
  await runService(createPaymentsService(config, { bus, clock: systemClock, logger }), {
    logger,
    drainMs: config.DRAIN_MS,
  });
});
