import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eventsConfig, loadConfig } from '../../src/config.ts';
import { eventCodec, openBus } from '../../src/events/connect.ts';
import { createLogger } from '../../src/logger.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { found } from '../../src/testing/observed-service.ts';

const secrets = { brokerPassword: 'canary-broker-hunter2', registryPassword: 'canary-registry-hunter2' };
const lines: string[] = [];
let asked = 0;

/** A broker that is not there and a registry that refuses, with everything logged. */
beforeAll(async () => {
  const registry = createServer((_request, response) => {
    asked += 1;
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error_code":401,"message":"no"}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const config = loadConfig(z.object(eventsConfig), {
    KAFKA_BROKERS: '127.0.0.1:1',
    KAFKA_SASL_MECHANISM: 'PLAIN',
    KAFKA_SASL_USERNAME: 'finflow',
    KAFKA_SASL_PASSWORD: secrets.brokerPassword,
    SCHEMA_REGISTRY_URL: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`,
    SCHEMA_REGISTRY_USERNAME: 'finflow',
    SCHEMA_REGISTRY_PASSWORD: secrets.registryPassword,
  });
  const logger = createLogger({ service: 'test', level: 'trace', destination: { write: (l) => void lines.push(l) } });
  const bus = await openBus(config, { service: 'accounting', logger });
  const codec = eventCodec(config, { service: 'accounting', logger });
  await codec.start().catch((error: unknown) => logger.error({ err: error }, 'the codec did not start'));
  await bus
    .publish([{ topic: 'payment_completed', key: 'k', value: Buffer.from('v'), headers: {} as never }])
    .catch((error: unknown) => logger.error({ err: error }, 'nothing was published'));
  await eventually(() => expect(lines.length).toBeGreaterThan(0), 30_000);
  await bus.close();
  registry.closeAllConnections();
  registry.close();
});

test('neither the brokers’ nor the registry’s password is logged', () => {
  expect(asked).toBeGreaterThan(0);
  expect(found(secrets, lines.join(''))).toEqual([]);
});
