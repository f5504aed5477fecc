import { systemClock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import { runService } from '@finflow/chassis/lifecycle';
import { createLogger } from '@finflow/chassis/logger';
import { loadPaymentsConfig } from './config.ts';
import { createPaymentsService } from './service.ts';

const config = loadPaymentsConfig();
const logger = createLogger({ service: 'payments', level: config.LOG_LEVEL });
await runService(createPaymentsService(config, { bus: new EmbeddedBus(), clock: systemClock, logger }), { logger });
