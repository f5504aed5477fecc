import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs, {
  type ISocketFactory,
  type Kafka,
  type KafkaConfig,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import type { Logger } from '../../logger.ts';
import './request-queue.ts';

export interface KafkaConnection {
  /** `host:port` of some of the cluster's brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and quotas. */
  readonly clientId: string;
  /** Encrypt; with the certificate authority's certificate (PEM) unless the system's own authorities signed it. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

// A CommonJS module whose names Node cannot see.
const { logLevel } = kafkajs;

/**
 * About four seconds: what lasts longer is tried again by whoever asked, the outbox relay or the consumer's own loop,
 * who can say that it waits.
 */
const retry: RetryOptions = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 6 };

// The client calls an error what it gets over by itself (a broker away, a rebalance), once for each try. What comes of
// it is told by whoever asked, once.
const levels = {
  [logLevel.ERROR]: 'debug',
  [logLevel.WARN]: 'debug',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'trace',
  [logLevel.NOTHING]: 'trace',
} as const;

const KEEP_ALIVE_MS = 60_000;

/**
 * As the client's own, except that each request goes out at once. Otherwise the kernel keeps a small one, an offset or
 * a heartbeat, until the broker has acknowledged the fetch before it, which it may take 40 ms for.
 */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const servername = isIP(host) ? {} : { servername: host };
  const socket = ssl
    ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
};

/** A client of the cluster; nothing is connected before it is used. */
export function kafkaClient({ brokers, clientId, tls, sasl }: KafkaConnection, logger: Logger): Kafka {
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    retry,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    socketFactory,
    logLevel: logLevel.INFO,
    logCreator:
      () =>
      ({ namespace, level, log: { message, error, timestamp: _, logger: __, ...rest } }) =>
        logger[levels[level]]({ kafka: { namespace, error, ...rest } }, message),
  };
  if (tls) config.ssl = tls.ca === undefined ? true : { ca: tls.ca };
  if (sasl) config.sasl = { ...sasl } as SASLOptions;
  return new kafkajs.Kafka(config);
}
