import { Code, ConnectError } from '@connectrpc/connect';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { UserService } from '@finflow/proto/finflow/auth/v1/user_pb';
import { Health } from '@finflow/proto/grpc/health/v1/health_pb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { policyOf } from '../../src/rpc/policy.ts';
import { createRpcServer } from '../../src/rpc/server.ts';
import { inMemoryClient } from '../../src/rpc/testing.ts';
import { reasonOf } from '../../src/rpc/wire-error.ts';
import { type TestTokens, testTokens } from '../../src/testing/tokens.ts';
import { partly } from './running-server.ts';

let tokens: TestTokens;
beforeAll(async () => {
  tokens = await testTokens(new ManualClock(new Date('2026-05-01T12:00:00Z')));
});

const services = [
  partly(AuthService, { login: () => ({}), getMe: () => ({}) }),
  partly(UserService, { listUsers: () => ({}) }),
  partly(InvoiceService, { listInvoices: () => ({}), createInvoice: () => ({}) }),
  partly(LedgerService, { async *exportJournal() {} }),
];

function client<Service extends typeof AuthService | typeof UserService | typeof InvoiceService | typeof LedgerService>(
  service: Service,
  token?: string,
) {
  return inMemoryClient(service, { services, verifier: tokens.verifier, token });
}

async function outcome(calling: Promise<unknown>): Promise<string> {
  try {
    await calling;
    return 'let in';
  } catch (error) {
    const failure = ConnectError.from(error);
    return `${Code[failure.code]} ${reasonOf(failure)}`;
  }
}

const createInvoice = (token?: string) =>
  outcome(
    client(InvoiceService, token).createInvoice({
      client: 'Acme',
      clientEmail: 'acme@example.com',
      amount: { currencyCode: 'USD', amountMinor: 100n },
      issueDate: '2026-05-01',
      dueDate: '2026-06-01',
    }),
  );

describe('what a contract says', () => {
  test('is read from its method options', () => {
    expect(policyOf(AuthService.method.login)).toEqual({ access: 'PUBLIC' });
    expect(policyOf(AuthService.method.getMe)).toEqual({ access: 'USER' });
    expect(policyOf(UserService.method.listUsers)).toEqual({ access: 'PLATFORM_ADMIN' });
    expect(policyOf(LedgerService.method.exportJournal)).toEqual({ access: 'OPERATOR' });
    expect(policyOf(InvoiceService.method.createInvoice)).toEqual({
      access: 'ORGANIZATION',
      minimumRole: 'ACCOUNTANT',
    });
  });

  test('a method without a policy keeps the server from starting, by name', () => {
    const start = () =>
      createRpcServer({
        name: 'test',
        services: [...services, partly(Health, {})],
        verifier: tokens.verifier,
        logger: silentLogger,
        host: '127.0.0.1',
        httpPort: 0,
        grpcPort: 0,
        ready: async () => undefined,
      });
    expect(start).toThrow('grpc.health.v1.Health.Check has no authorization policy');
    expect(start).toThrow('grpc.health.v1.Health.Watch has no authorization policy');
  });
});

describe('who gets in', () => {
  test('a public method: anybody, whatever token they carry', async () => {
    const login = { email: 'a@b.co', password: 'x' };
    expect(await outcome(client(AuthService).login(login))).toBe('let in');
    expect(await outcome(client(AuthService, await tokens.expired()).login(login))).toBe('let in');
    expect(await outcome(client(AuthService, 'nonsense').login(login))).toBe('let in');
  });

  test('no method else without a token we believe', async () => {
    expect(await outcome(client(AuthService).getMe({}))).toBe('Unauthenticated TOKEN_MISSING');
    expect(await outcome(client(AuthService, await tokens.expired()).getMe({}))).toBe('Unauthenticated TOKEN_EXPIRED');
    for (const token of [
      await tokens.forged(),
      await tokens.wrongAudience(),
      await tokens.wrongIssuer(),
      tokens.unsigned(),
      'nonsense',
      'two words',
    ]) {
      expect(await outcome(client(AuthService, token).getMe({}))).toBe('Unauthenticated TOKEN_INVALID');
    }
  });

  test('signed in is enough where no organization is needed, and only there', async () => {
    const token = await tokens.mint({ organizationId: null });
    expect(await outcome(client(AuthService, token).getMe({}))).toBe('let in');
    expect(await createInvoice(token)).toBe('PermissionDenied ORGANIZATION_REQUIRED');
  });

  test.each([
    ['VIEWER', 'let in', 'PermissionDenied ROLE_TOO_LOW'],
    ['ACCOUNTANT', 'let in', 'let in'],
    ['ADMIN', 'let in', 'let in'],
    ['OWNER', 'let in', 'let in'],
  ] as const)('%s reads: %s, writes: %s', async (role, reads, writes) => {
    const token = await tokens.mint({ role });
    expect(await outcome(client(InvoiceService, token).listInvoices({}))).toBe(reads);
    expect(await createInvoice(token)).toBe(writes);
  });

  test('platform methods: platform administrators, owners of an organization not', async () => {
    expect(await outcome(client(UserService, await tokens.mint({ role: 'OWNER' })).listUsers({}))).toBe(
      'PermissionDenied PLATFORM_ADMIN_REQUIRED',
    );
    const admin = await tokens.mint({ platformRole: 'ADMIN', organizationId: null });
    expect(await outcome(client(UserService, admin).listUsers({}))).toBe('let in');
  });

  test('an operator’s methods: no person, and whoever is an operator gets in nowhere else', async () => {
    const read = async (token: string) => {
      for await (const _ of client(LedgerService, token).exportJournal({}));
    };
    const admin = await tokens.mint({ role: 'OWNER', platformRole: 'ADMIN' });
    expect(await outcome(read(admin))).toBe('PermissionDenied OPERATOR_REQUIRED');
    const operator = await tokens.mint({ platformRole: 'OPERATOR', organizationId: null });
    expect(await outcome(read(operator))).toBe('let in');
    expect(await outcome(client(AuthService, operator).getMe({}))).toBe('PermissionDenied PERSON_REQUIRED');
    expect(await outcome(client(UserService, operator).listUsers({}))).toBe('PermissionDenied PLATFORM_ADMIN_REQUIRED');
    expect(await createInvoice(operator)).toBe('PermissionDenied ORGANIZATION_REQUIRED');
  });

  test('who may not ask is not told what is wrong with the question', async () => {
    const bad = client(InvoiceService, await tokens.mint({ role: 'VIEWER' })).createInvoice({ dueDate: 'nonsense' });
    expect(await outcome(bad)).toBe('PermissionDenied ROLE_TOO_LOW');
  });
});
