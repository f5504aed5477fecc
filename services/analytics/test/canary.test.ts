import { describeCanary } from '@finflow/chassis/testing/canary';

describeCanary({
  service: 'analytics',
  main: new URL('../src/main.ts', import.meta.url),
  write: {
    method: 'finflow.analytics.v1.CategorizationService/CategorizeTransaction',
    body: { description: 'Office rent' },
  },
  read: { method: 'finflow.analytics.v1.CategorizationService/ListTransactions', table: 'transactions' },
});
