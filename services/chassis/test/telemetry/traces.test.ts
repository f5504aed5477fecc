import { EmbeddedBus } from '../../src/events/embedded-bus.ts';
import { describeTraces } from './traces.ts';

describeTraces(async () => new EmbeddedBus());
