import { ConfigError, type EventsConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { waitUntilThere } from '../waiting-start.ts';
import type { EventBus } from './bus.ts';
import { EventCodec } from './codec.ts';
import { EmbeddedBus } from './embedded-bus.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import { KafkaBus } from './kafka/kafka-bus.ts';
import type { RegistryAccess } from './registry.ts';

/**
 * The bus that the variables name: Kafka's, or one within this process. A cluster that cannot be reached is waited for
 * in the background, and topics that are not as declared for `waitMs` here.
 *
 * @throws TopicsError when Kafka's topics are not as declared; ConfigError
 */
export async function openBus(
  config: EventsConfig,
  { service, logger, waitMs = 0 }: { service: string; logger: Logger; waitMs?: number },
): Promise<EventBus> {
  if (!config.KAFKA_BROKERS) return new EmbeddedBus();
  registryAccess(config);
  const bus = new KafkaBus({
    connection: kafkaConnection(config, `finflow-${service}`),
    prefix: config.KAFKA_PREFIX,
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    logger,
  });
  await waitUntilThere(() => bus.start(), { waitMs, logger });
  return bus;
}

/** The codec that goes with the bus; `service` limits what its start looks at to that service's topics. */
export function eventCodec(
  config: EventsConfig,
  { service, logger }: { service?: string; logger?: Logger } = {},
): EventCodec {
  return new EventCodec(config.SCHEMA_REGISTRY_URL, {
    credentials: credentialsIn(config),
    prefix: config.KAFKA_PREFIX,
    service,
    logger,
  });
}

/**
 * How the registry beside a cluster is reached.
 *
 * @throws ConfigError when there is none that other processes see too
 */
export function registryAccess(config: EventsConfig): RegistryAccess {
  const { SCHEMA_REGISTRY_URL: url } = config;
  if (url.startsWith('mock:')) {
    throw new ConfigError([{ variable: 'SCHEMA_REGISTRY_URL', expected: 'must be the http URL of a registry' }]);
  }
  return { url, credentials: credentialsIn(config) };
}

function credentialsIn(config: EventsConfig): RegistryAccess['credentials'] {
  const { SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = config;
  if (username !== undefined && password !== undefined) return { username, password };
  if (username === undefined && password === undefined) return undefined;
  const [missing, given] =
    username === undefined
      ? ['SCHEMA_REGISTRY_USERNAME', 'SCHEMA_REGISTRY_PASSWORD']
      : ['SCHEMA_REGISTRY_PASSWORD', 'SCHEMA_REGISTRY_USERNAME'];
  throw new ConfigError([{ variable: missing, expected: `is required with ${given}` }]);
}

/**
 * How the brokers are reached.
 *
 * @throws ConfigError naming every variable that is missing beside those that are there
 */
export function kafkaConnection(config: EventsConfig, clientId: string): KafkaConnection {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  const problems: { variable: string; expected: string }[] = [];
  const requireBeside = (variable: keyof EventsConfig, reason: string) => {
    if (config[variable] === undefined) problems.push({ variable, expected: `is required with ${reason}` });
  };
  if (config.KAFKA_BROKERS === undefined) {
    problems.push({
      variable: 'KAFKA_BROKERS',
      expected: 'is required: host:port, or several of them separated by commas',
    });
  }
  if (mechanism) {
    requireBeside('KAFKA_SASL_USERNAME', 'KAFKA_SASL_MECHANISM');
    requireBeside('KAFKA_SASL_PASSWORD', 'KAFKA_SASL_MECHANISM');
  } else if (username !== undefined || password !== undefined) {
    requireBeside('KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    brokers: config.KAFKA_BROKERS ?? [],
    clientId,
    tls: config.KAFKA_TLS ? { ca: config.KAFKA_TLS_CA } : undefined,
    sasl: mechanism && {
      mechanism: mechanism.toLowerCase() as Lowercase<typeof mechanism>,
      username: username ?? '',
      password: password ?? '',
    },
  };
}
