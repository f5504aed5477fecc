import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { schemas as schemaJson } from '@finflow/proto/events/index';
import { beforeEach, describe, expect, test } from '@jest/globals';
import kafkajs, { type Kafka } from 'kafkajs';
import { schemas } from '../../src/commands/schemas.ts';
import { topics } from '../../src/commands/topics.ts';
import { ConfigError, type Environment } from '../../src/config.ts';
import { withAdmin } from '../../src/events/kafka/admin.ts';
import { kafkaClient } from '../../src/events/kafka/connection.ts';
import { openRegistry } from '../../src/events/registry.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { OperatorError } from '../../src/operator-error.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { describeWithKafka } from '../../src/testing/kafka.ts';

type Command = typeof topics;

/** Runs a command; gives its exit code and what it wrote. */
async function run(
  command: Command,
  args: string,
  env: Environment,
): Promise<{ code: number; out: string; err: string }> {
  const terminal = { out: new PassThrough(), err: new PassThrough() };
  const [code, out, err] = await Promise.all([
    command(args.split(' ').filter(Boolean), terminal, env).finally(() => {
      terminal.out.end();
      terminal.err.end();
    }),
    text(terminal.out),
    text(terminal.err),
  ]);
  return { code, out, err };
}

describe.each([
  ['topics', topics, 'diff', 'apply'],
  ['schemas', schemas, 'check', 'register'],
] as const)('npm run %s', (name, command, looking, changing) => {
  test.each(['', 'nonsense', `${looking} ${changing}`, `${looking} --dry-run`, '--bogus'])(
    '%p is wrong usage',
    async (args) => {
      const { code, out, err } = await run(command, args, {});
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(`npm run ${name} -- --help says what it can do.`);
    },
  );

  test('has help', async () => {
    const { code, out } = await run(command, '--help', {});
    expect(code).toBe(0);
    expect(out).toContain(`npm run ${name} -- ${changing} [--dry-run]`);
  });

  test('says which variable is missing, and what cannot be reached', async () => {
    await expect(run(command, looking, {})).rejects.toThrow(ConfigError);
    const env = { KAFKA_BROKERS: '127.0.0.1:1', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' };
    const attempt = run(command, looking, env);
    await expect(attempt).rejects.toThrow(OperatorError);
    await expect(attempt).rejects.toThrow('127.0.0.1:1');
  });
});

test.each(['<!doctype html><title>FinFlow</title>', '{}', '[]'])('what answers %j is no registry', async (page) => {
  const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  try {
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(run(schemas, 'check', { SCHEMA_REGISTRY_URL: url })).rejects.toThrow(
      `The schema registry at ${url} does not answer as one (no answer of a registry).`,
    );
  } finally {
    other.close();
    other.closeAllConnections();
  }
});

test('what answers on the port of a web server is no broker', async () => {
  const other = createServer((_, response) => response.end());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  try {
    const broker = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(run(topics, 'diff', { KAFKA_BROKERS: broker })).rejects.toThrow(
      `Kafka at ${broker} does not answer as a Kafka broker (`,
    );
  } finally {
    other.close();
    other.closeAllConnections();
  }
}, 20_000);

test.each([
  [{ KAFKA_BROKERS: '127.0.0.1:99999' }, '  KAFKA_BROKERS: must name ports from 1 to 65535'],
  [{ KAFKA_BROKERS: 'a:9092,b:0' }, '  KAFKA_BROKERS: must name ports from 1 to 65535'],
])('%j names no port', async (env, sentence) => {
  await expect(run(topics, 'diff', env)).rejects.toThrow(sentence);
});

test.each(['USERNAME', 'PASSWORD'])('a registry’s %s alone is half of it', async (half) => {
  const other = half === 'USERNAME' ? 'PASSWORD' : 'USERNAME';
  const env = { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1', [`SCHEMA_REGISTRY_${half}`]: 'x' };
  await expect(run(schemas, 'check', env)).rejects.toThrow(
    `SCHEMA_REGISTRY_${other}: is required with SCHEMA_REGISTRY_${half}`,
  );
});

test('a controller, which answers only some requests, is no broker to us', async () => {
  const controller = createPlainServer((socket) =>
    socket.once('data', (request) => socket.write(onlyVersions(request))),
  );
  await once(controller.listen(0, '127.0.0.1'), 'listening');
  try {
    const broker = `127.0.0.1:${(controller.address() as AddressInfo).port}`;
    await expect(run(topics, 'diff', { KAFKA_BROKERS: broker })).rejects.toThrow(
      `Kafka at ${broker} does not answer as a Kafka broker (`,
    );
  } finally {
    controller.close();
  }
}, 20_000);

/** The answer to a request for ApiVersions (version 2): that there is nothing but this. */
function onlyVersions(request: Buffer): Buffer {
  const body = Buffer.alloc(20);
  request.copy(body, 0, 8, 12);
  body.writeInt32BE(1, 6);
  body.writeInt16BE(18, 10);
  body.writeInt16BE(2, 14);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.byteLength);
  return Buffer.concat([size, body]);
}

test('a port that hangs up on TLS is told by the variables for it', async () => {
  const plain = createPlainServer((socket) => socket.on('error', () => undefined).once('data', () => socket.destroy()));
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  try {
    const broker = `127.0.0.1:${(plain.address() as AddressInfo).port}`;
    await expect(run(topics, 'diff', { KAFKA_BROKERS: broker, KAFKA_TLS: 'true' })).rejects.toThrow(
      /^Kafka at \S+ did not agree on TLS \(.+\): look at KAFKA_TLS and KAFKA_TLS_CA/,
    );
  } finally {
    plain.close();
  }
}, 20_000);

describeWithKafka('commands over Kafka', (kafka) => {
  let env: Environment;
  let prefix: string;
  let client: Kafka;

  beforeEach(() => {
    prefix = `${newId()}.`;
    client = kafkaClient({ brokers: [kafka().broker], clientId: 'test' }, silentLogger);
    env = {
      KAFKA_BROKERS: kafka().broker,
      KAFKA_PREFIX: prefix,
      KAFKA_REPLICATION_FACTOR: '1',
      SCHEMA_REGISTRY_URL: kafka().registryUrl,
    };
  });

  test('topics: a login where there is none is told in a sentence', async () => {
    const login = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
    await expect(run(topics, 'diff', { ...env, ...login })).rejects.toThrow(
      / refused to sign in \(.+\): look at KAFKA_SASL_/,
    );
  });

  test('topics: diff, dry run and apply tell the same, and a second apply does nothing', async () => {
    const all = 'All 9 topics are as declared.\n';
    expect(await run(topics, 'diff', env)).toMatchObject({ code: 1, out: expect.stringContaining('9 differences') });
    expect(await run(topics, 'apply --dry-run', env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Would change 9'),
    });
    expect(await run(topics, 'diff', env)).toMatchObject({ code: 1 });
    expect(await run(topics, 'apply', env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Changed 9 things'),
    });
    expect(await run(topics, 'apply', env)).toMatchObject({ code: 0, out: all });
    expect(await run(topics, 'diff', env)).toMatchObject({ code: 0, out: all });
  });

  test('topics: a setting that somebody changed is set again, and one that is not declared stays', async () => {
    const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: `${prefix}user_created` };
    const byHand = { 'retention.ms': '86400000', 'segment.bytes': '1048576' };
    const configEntries = Object.entries(byHand).map(([name, value]) => ({ name, value }));
    const settings = async () => {
      const { resources } = await withAdmin(client, (admin) =>
        admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ ...topic, configNames: Object.keys(byHand) }],
        }),
      );
      const entries = resources.flatMap((resource) => resource.configEntries);
      return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
    };
    await run(topics, 'apply', env);
    await withAdmin(client, (admin) =>
      admin.alterConfigs({ validateOnly: false, resources: [{ ...topic, configEntries }] }),
    );
    await eventually(async () => expect(await settings()).toEqual(byHand));
    const { code, out } = await run(topics, 'apply', env);
    expect(code).toBe(0);
    expect(out).toMatch(/user_created +retention\.ms +86400000 +604800000/);
    expect(await settings()).toEqual({ ...byHand, 'retention.ms': '604800000' });
  });

  test('topics: partitions and replicas are not touched, nor is what would stop a topic', async () => {
    const topic = `${prefix}user_created`;
    await withAdmin(client, async (admin) => {
      // Not waited for by the client: it fails when the broker has not heard of the topic yet.
      await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 5, replicationFactor: 1 }] });
      await eventually(async () => expect(await admin.listTopics()).toContain(topic));
    });
    await run(topics, 'apply', env);
    const partitions = await run(topics, 'apply', env);
    expect(partitions.code).toBe(1);
    expect(partitions.out).toMatch(/user_created +partitions +5 +3/);
    const replicas = await run(topics, 'apply', { ...env, KAFKA_REPLICATION_FACTOR: '2' });
    expect(replicas.code).toBe(1);
    expect(replicas.out).not.toContain('Changed');
    expect(replicas.out).toMatch(/payment_failed +min\.insync\.replicas +1 +2/);
  });

  test('schemas: check, dry run and register tell the same, and what does not fit is named', async () => {
    expect(await run(schemas, 'check', env)).toMatchObject({
      code: 1,
      out: expect.stringContaining('to be registered'),
    });
    expect(await run(schemas, 'register --dry-run', env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Would make 18 changes'),
    });
    expect(await run(schemas, 'register', env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Made 18 changes'),
    });
    expect(await run(schemas, 'register', env)).toMatchObject({ code: 0, out: 'All schemas are registered.\n' });
    expect(await run(schemas, 'check', env)).toMatchObject({ code: 0 });
    const fields = [{ name: 'id', type: 'string' }];
    const schema = JSON.stringify({ type: 'record', name: 'UserCreated', namespace: 'finflow.events', fields });
    await openRegistry({ url: kafka().registryUrl }).register(
      `${prefix}user_created-value`,
      {
        schemaType: 'AVRO',
        schema,
      },
      false,
    );
    const { code, out } = await run(schemas, 'check', env);
    expect(code).toBe(1);
    expect(out).toContain(`${prefix}user_created-value: field "email" is new and has no default (beside version 2).`);
    await expect(run(schemas, 'register', env)).rejects.toThrow('field "email" is new and has no default');
  });

  test('schemas: consumers that are to be replaced first are named, and are no failure', async () => {
    const subject = `${prefix}payment_completed-value`;
    const ours = schemaJson.payment_completed;
    const fields = [...ours.fields, { name: 'channel', type: 'string' }];
    const older = { schemaType: 'AVRO', schema: JSON.stringify({ ...ours, fields }) };
    await openRegistry({ url: kafka().registryUrl }).register(subject, older, false);
    await run(schemas, 'register', env);
    const { code, out } = await run(schemas, 'check', env);
    expect(out).toContain(
      `${subject}: consumers of version 1 cannot read this build's events ` +
        '(for them, field "channel" is new and has no default): replace them first.\n',
    );
    expect(code).toBe(0);
  });
});
