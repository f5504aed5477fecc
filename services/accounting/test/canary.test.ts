import { describeCanary } from '@finflow/chassis/testing/canary';

describeCanary({
  service: 'accounting',
  main: new URL('../src/main.ts', import.meta.url),
  write: {
    method: 'finflow.accounting.v1.InvoiceService/CreateInvoice',
    body: { client: 'Ada', amount: { currencyCode: 'USD', amountMinor: '100' }, dueDate: '2030-01-01' },
  },
  read: { method: 'finflow.accounting.v1.InvoiceService/ListInvoices', table: 'invoices' },
});
