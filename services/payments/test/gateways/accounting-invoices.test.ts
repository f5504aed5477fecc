import { create } from '@bufbuild/protobuf';
import { ManualClock } from '@finflow/chassis/clock';
import { notFound } from '@finflow/chassis/errors';
import { memberOf } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { createRpcServer, type RpcServer, type ServedService } from '@finflow/chassis/rpc/server';
import { type TestTokens, testTokens } from '@finflow/chassis/testing/tokens';
import { InvoiceSchema, InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceDirectory } from '../../src/domain/invoice.ts';
import { accountingInvoices } from '../../src/gateways/accounting-invoices.ts';

// An accounting service of one method, on a real gRPC port with the real interceptors.
const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
const organizationId = newId();
const invoiceId = newId();
let status: InvoiceStatus = InvoiceStatus.OVERDUE;
let tokens: TestTokens;
let server: RpcServer;
let invoices: InvoiceDirectory;

beforeAll(async () => {
  tokens = await testTokens(clock);
  const served: ServedService = {
    service: InvoiceService,
    implementation: {
      getInvoice({ id }: { id: string }, context: Parameters<typeof memberOf>[0]) {
        if (id !== invoiceId || memberOf(context).organizationId !== organizationId)
          throw notFound('INVOICE_NOT_FOUND', 'no');
        const amount = { currencyCode: 'EUR', amountMinor: 4200n };
        return { invoice: create(InvoiceSchema, { id, status, amount }) };
      },
    },
  };
  server = createRpcServer({
    name: 'accounting',
    services: [served],
    verifier: tokens.verifier,
    logger: silentLogger,
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    ready: async () => undefined,
  });
  const { grpcPort } = await server.start();
  invoices = accountingInvoices(`127.0.0.1:${grpcPort}`);
});
afterAll(async () => {
  invoices.close();
  await server.stop();
});

describe('the invoice directory', () => {
  it.each([
    [InvoiceStatus.DRAFT, 'DRAFT'],
    [InvoiceStatus.PENDING, 'PENDING'],
    [InvoiceStatus.PARTIALLY_PAID, 'PARTIALLY_PAID'],
    [InvoiceStatus.PAID, 'PAID'],
    [InvoiceStatus.OVERDUE, 'OVERDUE'],
    [InvoiceStatus.CANCELLED, 'CANCELLED'],
  ] as const)('asks accounting in the caller’s name (%d)', async (wire, expected) => {
    status = wire;
    const token = await tokens.mint({ organizationId, role: 'ACCOUNTANT' });
    expect(await invoices.find(invoiceId, token)).toEqual({
      id: invoiceId,
      status: expected,
      total: { currencyCode: 'EUR', amountMinor: 4200n },
    });
  });

  it('knows no invoice of another organization, nor one that is not there', async () => {
    const token = await tokens.mint({ organizationId: newId() });
    expect(await invoices.find(invoiceId, token)).toBeUndefined();
    expect(await invoices.find(newId(), await tokens.mint({ organizationId }))).toBeUndefined();
  });

  it('says so when the token does not hold there, or when accounting answers nonsense or not at all', async () => {
    await expect(invoices.find(invoiceId, await tokens.expired({ organizationId }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    status = InvoiceStatus.UNSPECIFIED;
    const token = await tokens.mint({ organizationId });
    const away = { code: 'UNAVAILABLE', reason: 'ACCOUNTING_UNAVAILABLE' };
    await expect(invoices.find(invoiceId, token)).rejects.toMatchObject(away);
    const nobody = accountingInvoices('127.0.0.1:1');
    await expect(nobody.find(invoiceId, token)).rejects.toMatchObject(away);
    nobody.close();
  });
});
