import { systemClock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import { runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAccountingConfig } from './config.ts';
import { createAccountingService } from './service.ts';

await runProgram(async () => {
  const config = loadAccountingConfig();
  const logger = createLogger({ service: 'accounting', level: config.LOG_LEVEL });
  await runService(createAccountingService(config, { bus: new EmbeddedBus(), clock: systemClock, logger }), { logger });
});
