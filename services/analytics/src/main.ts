import { systemClock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import { runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAnalyticsConfig } from './config.ts';
import { createAnalyticsService } from './service.ts';

await runProgram(async () => {
  const config = loadAnalyticsConfig();
  const logger = createLogger({ service: 'analytics', level: config.LOG_LEVEL });
  await runService(createAnalyticsService(config, { bus: new EmbeddedBus(), clock: systemClock, logger }), { logger });
});
