import { systemClock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import { runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { runProgram } from '@finflow/chassis/program';
import { loadAuthConfig } from './config.ts';
import { createAuthService } from './service.ts';

await runProgram(async () => {
  const config = loadAuthConfig();
  const logger = createLogger({ service: 'auth', level: config.LOG_LEVEL });
  await runService(createAuthService(config, { bus: new EmbeddedBus(), clock: systemClock, logger }), { logger });
});
