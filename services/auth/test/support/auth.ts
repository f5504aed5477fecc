import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { ManualClock } from '@finflow/chassis/clock';
import { TokenVerifier } from '@finflow/chassis/identity';
import { createLogger } from '@finflow/chassis/logger';
import { inMemoryClient } from '@finflow/chassis/rpc/testing';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { UserService } from '@finflow/proto/finflow/auth/v1/user_pb';
import { type AuthConfig, loadAuthConfig } from '../../src/config.ts';
import { authService } from '../../src/rpc/auth-service.ts';
import { organizationService } from '../../src/rpc/organization-service.ts';
import { userService } from '../../src/rpc/user-service.ts';
import { createAuthService } from '../../src/service.ts';

export const PASSWORD = 'correct horse battery staple';

/** The settings of a test: what has no default, and ports that the system chooses. */
export function testConfig(databaseUrl: string, overrides: Partial<AuthConfig> = {}): AuthConfig {
  const environment = {
    DATABASE_URL: databaseUrl,
    KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    LOG_LEVEL: 'trace',
  };
  return { ...loadAuthConfig(environment), ...overrides };
}

/** The whole service on a database of its own, with a clock that stands still. */
export class Auth {
  readonly clock: ManualClock;
  readonly bus: RecordingBus;
  readonly database: TestDatabase;
  readonly service: ReturnType<typeof createAuthService>;
  /** Everything the service logged, one JSON object a line. */
  readonly logged: string[] = [];
  /** Of the HTTP port. */
  url = '';
  readonly #verifier: TokenVerifier;

  private constructor(database: TestDatabase, overrides: Partial<AuthConfig>) {
    this.database = database;
    this.clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    this.bus = new RecordingBus();
    const config = testConfig(database.url, overrides);
    const destination = { write: (line: string) => void this.logged.push(line) };
    const logger = createLogger({ service: 'auth', level: 'trace', destination });
    this.service = createAuthService(config, { bus: this.bus, clock: this.clock, logger });
    this.#verifier = new TokenVerifier({
      jwks: () => this.service.keys.published(),
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
      clock: this.clock,
    });
  }

  static async start(overrides: Partial<AuthConfig> = {}): Promise<Auth> {
    const auth = new Auth(await testDatabase('auth'), overrides);
    const { httpPort } = await auth.service.start();
    auth.url = `http://127.0.0.1:${httpPort}`;
    return auth;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.database.drop();
  }

  get verifier(): TokenVerifier {
    return this.#verifier;
  }

  /** Clients that call as whoever the token speaks for, or as nobody. */
  as(token?: string) {
    return {
      auth: this.#client(AuthService, token),
      organizations: this.#client(OrganizationService, token),
      users: this.#client(UserService, token),
    };
  }

  #client<Service extends DescService>(service: Service, token: string | undefined): Client<Service> {
    const { parts } = this.service;
    const services = [authService(parts), organizationService(parts), userService(parts)];
    return inMemoryClient(service, { services, verifier: this.#verifier, token });
  }

  /** Rows as the superuser sees them, past row-level security. */
  async rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return await asSuperuser(async (client) => (await client.query(sql, parameters)).rows as Row[], this.database.name);
  }

  /** How many rows a table has. */
  async count(table: string): Promise<number> {
    const [row] = await this.rows<{ count: string }>(`select count(*) as count from ${table}`);
    return Number(row?.count);
  }
}
