import { amountRange, createdRange, money, newRequestId, type Prepares } from './prepare.ts';

export const paymentsRequests: Prepares = {
  'PaymentService.CreatePayment': async (company) => ({
    amount: money(10_000),
    source: 'tok_visa',
    metadata: { order: '42' },
    invoiceId: await company.invoice(),
    description: 'Order 42',
    requestId: newRequestId(),
  }),
  'PaymentService.GetPayment': async (company) => ({ id: (await company.payment()).id }),
  'PaymentService.ListPayments': async (company) => {
    const invoiceId = await company.invoice();
    await company.payment({ invoiceId });
    return {
      pageSize: 10,
      orderBy: 'amount desc',
      statuses: ['PAYMENT_STATUS_COMPLETED'],
      invoiceId,
      query: 'pi_',
      ...amountRange,
      ...createdRange,
    };
  },
  'PaymentService.RefundPayment': async (company) => ({
    paymentId: (await company.payment()).id,
    amount: money(2_500),
    reason: 'Returned goods',
    requestId: newRequestId(),
  }),
  'PaymentService.ListRefunds': async (company) => ({
    pageSize: 10,
    orderBy: 'created_at desc',
    paymentId: (await company.payment()).id,
    statuses: ['REFUND_STATUS_COMPLETED'],
    ...createdRange,
  }),
  'PaymentService.GetPaymentConfig': () => ({}),
};
