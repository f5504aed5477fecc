import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { ManualClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { inMemoryClient } from '@finflow/chassis/rpc/testing';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { type TestTokens, testTokens } from '@finflow/chassis/testing/tokens';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { type AnalyticsConfig, loadAnalyticsConfig } from '../../src/config.ts';
import { categorizationService } from '../../src/rpc/categorization-service.ts';
import { dashboardService } from '../../src/rpc/dashboard-service.ts';
import { forecastService } from '../../src/rpc/forecast-service.ts';
import { createAnalyticsService } from '../../src/service.ts';

/** The clock of every test stands here: late evening in New York, the next day and month in Auckland. */
export const NOW = new Date('2026-03-31T23:30:00Z');

/** An organization and clients that call as one of its members. */
export interface Tenant {
  readonly organizationId: string;
  readonly userId: string;
  readonly forecasts: Client<typeof ForecastService>;
  readonly categorization: Client<typeof CategorizationService>;
  readonly dashboard: Client<typeof DashboardService>;
}

/** The whole service on a database of its own, fed by a bus that the test writes to. */
export class Analytics {
  readonly clock = new ManualClock(NOW);
  readonly bus = new RecordingBus();
  readonly database: TestDatabase;
  readonly config: AnalyticsConfig;
  readonly service: ReturnType<typeof createAnalyticsService>;
  readonly tokens: TestTokens;

  private constructor(database: TestDatabase, tokens: TestTokens) {
    this.database = database;
    this.tokens = tokens;
    this.config = loadAnalyticsConfig({
      DATABASE_URL: database.url,
      JWKS_URL: 'http://127.0.0.1:9/jwks.json',
      HOST: '127.0.0.1',
      HTTP_PORT: '0',
      GRPC_PORT: '0',
    });
    this.service = createAnalyticsService(this.config, { bus: this.bus, clock: this.clock, logger: silentLogger });
  }

  static async start(): Promise<Analytics> {
    const tokens = await testTokens(new ManualClock(NOW));
    const analytics = new Analytics(await testDatabase('analytics'), tokens);
    await analytics.service.start();
    return analytics;
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.database.drop();
  }

  /** A new organization whose event has come, in USD and UTC unless said otherwise. */
  async organization({ currency = 'USD', timeZone = 'UTC' } = {}): Promise<string> {
    const organizationId = newId();
    await this.founded(organizationId, { currency, timeZone });
    return organizationId;
  }

  /** Sends the event of an organization's founding. */
  async founded(organizationId: string, settings: { currency: string; timeZone: string }): Promise<void> {
    const user = { id: newId(), email: 'ada@example.com', role: 'USER', createdAt: '2025-01-01T00:00:00.000Z' };
    const payload = { ...user, organizationId, organizationName: 'Acme', ...settings };
    await this.bus.send({ topic: 'user_created', organizationId, payload });
  }

  /** A member of a new organization, or of the one given. */
  async tenant(given?: string, role: OrganizationRole = 'ACCOUNTANT'): Promise<Tenant> {
    const organizationId = given ?? (await this.organization());
    const userId = newId();
    const token = await this.tokens.mint({ userId, organizationId, role });
    return {
      organizationId,
      userId,
      forecasts: this.client(ForecastService, token),
      categorization: this.client(CategorizationService, token),
      dashboard: this.client(DashboardService, token),
    };
  }

  client<Service extends DescService>(service: Service, token?: string): Client<Service> {
    const { parts } = this.service;
    const services = [forecastService(parts), categorizationService(parts), dashboardService(parts)];
    return inMemoryClient(service, { services, verifier: this.tokens.verifier, token });
  }

  /** Rows as the superuser sees them, past row-level security. */
  async rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return await asSuperuser(async (client) => (await client.query(sql, parameters)).rows as Row[], this.database.name);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.rows<{ count: string }>(`select count(*) as count from ${table}`);
    return Number(row?.count);
  }

  /** What was published of transactions, once everything that waits is out. */
  async categorized(organizationId: string) {
    await this.service.relay.idle();
    const payloads = await this.bus.payloads('transaction_categorized');
    return payloads.filter((payload) => payload.organizationId === organizationId);
  }
}
