import { systemClock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import { runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadPaymentsConfig } from './config.ts';
import { createPaymentsService } from './service.ts';

await runProgram(async () => {
  const config = loadPaymentsConfig();
  const logger = createLogger({ service: 'payments', level: config.LOG_LEVEL });
  await runService(createPaymentsService(config, { bus: new EmbeddedBus(), clock: systemClock, logger }), { logger });
});
