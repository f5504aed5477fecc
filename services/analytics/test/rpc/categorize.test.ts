import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { CategoryKind, DecidedBy } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Analytics } from '../support/analytics.ts';
import { Books } from '../support/books.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

const dollars = (amountMinor: number) => ({ currencyCode: 'USD', amountMinor: BigInt(amountMinor) });

describe('CategorizeTransaction', () => {
  test('says category, confidence and alternatives, keeps the transaction and publishes it', async () => {
    const { categorization, organizationId, userId } = await analytics.tenant();
    const reply = await categorization.categorizeTransaction({
      description: 'Amazon Web Services monthly bill',
      amount: dollars(-320_00),
      date: '2026-03-05',
    });
    expect(reply).toMatchObject({ category: 'software', needsReview: false });
    expect(reply.confidence).toBeGreaterThan(0.8);
    expect(reply.confidence).toBeLessThanOrEqual(1);
    expect(reply.alternatives).toHaveLength(4);
    expect(reply.alternatives.map(({ category }) => category)).not.toContain('software');
    expect((await categorization.listTransactions({})).transactions).toMatchObject([
      {
        id: reply.transactionId,
        userId,
        category: 'software',
        decidedBy: DecidedBy.MODEL,
        version: 1,
        date: '2026-03-05',
      },
    ]);
    expect(await analytics.categorized(organizationId)).toEqual([
      {
        id: reply.transactionId,
        version: 1,
        userId,
        organizationId,
        date: '2026-03-05',
        description: 'Amazon Web Services monthly bill',
        amount: -320_00n,
        currency: 'USD',
        category: 'software',
        confidence: reply.confidence,
        decidedBy: 'model',
        createdAt: '2026-03-31T23:30:00.000Z',
      },
    ]);
  });

  test('keeps a transaction without an amount and publishes nothing: there is nothing to book', async () => {
    const { categorization, organizationId } = await analytics.tenant();
    await categorization.categorizeTransaction({ description: 'Office rent March' });
    const [transaction] = (await categorization.listTransactions({})).transactions;
    expect(transaction).toMatchObject({ category: 'rent' });
    expect(transaction?.amount).toBeUndefined();
    await categorization.updateTransactionCategory({ id: transaction?.id, category: 'utilities' });
    expect(await analytics.categorized(organizationId)).toEqual([]);
  });

  test('wants a person to look at a description that says nothing', async () => {
    const { categorization } = await analytics.tenant();
    const reply = await categorization.categorizeTransaction({ description: 'qzx 8841', amount: dollars(-10_00) });
    expect(reply.needsReview).toBe(true);
    expect(reply.confidence).toBeLessThan(0.8);
  });

  test('dates a transaction without a date by the organization’s own day', async () => {
    const tenant = await analytics.tenant();
    await new Books(analytics.bus, tenant.organizationId).settings('Pacific/Auckland');
    await tenant.categorization.categorizeTransaction({ description: 'Coffee', amount: dollars(-4_00) });
    expect((await tenant.categorization.listTransactions({})).transactions[0]?.date).toBe('2026-04-01');
  });

  test('takes an amount without a currency to be in the organization’s', async () => {
    const tenant = await analytics.tenant();
    await new Books(analytics.bus, tenant.organizationId).settings('UTC', undefined, 'CHF');
    await tenant.categorization.batchCategorizeTransactions({
      transactions: [
        { description: 'Coffee', amount: { amountMinor: -4_00n } },
        { description: 'Tea', amount: { currencyCode: 'EUR', amountMinor: -3_00n } },
        { description: 'Cake' },
      ],
    });
    const { transactions } = await tenant.categorization.listTransactions({});
    const currencies = new Map(transactions.map(({ description, amount }) => [description, amount?.currencyCode]));
    expect(Object.fromEntries(currencies)).toEqual({ Coffee: 'CHF', Tea: 'EUR', Cake: undefined });
  });

  test('counts in the currency’s own minor unit', async () => {
    const { categorization } = await analytics.tenant();
    const yen = { currencyCode: 'JPY', amountMinor: -500n };
    const [inYen, inDollars] = [yen, dollars(-500_00)].map((amount) =>
      categorization.categorizeTransaction({ description: 'Hotel', amount }),
    );
    expect((await inYen)?.confidence).toBe((await inDollars)?.confidence);
  });

  test('is done once for a request id, two at the same time too', async () => {
    const { categorization, organizationId } = await analytics.tenant();
    const request = { description: 'Uber trip', amount: dollars(-20_00), requestId: 'r1' };
    const [first, second] = await Promise.all([1, 2].map(() => categorization.categorizeTransaction(request)));
    expect(second).toEqual(first);
    expect(await analytics.categorized(organizationId)).toHaveLength(1);
    expect(await failureOf(categorization.categorizeTransaction({ ...request, description: 'Lyft' }))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'REQUEST_ID_REUSED',
    });
  });
});

describe('BatchCategorizeTransactions', () => {
  test('answers in the order given, by worker threads for a large batch', async () => {
    const { categorization, organizationId } = await analytics.tenant();
    const kinds = ['Office rent', 'Payroll run', 'Starbucks coffee', 'Shell fuel', 'FedEx parcel'];
    const transactions = Array.from({ length: 500 }, (_, index) => ({
      description: `${kinds[index % 5]} ${index}`,
      amount: dollars(-100 * (index + 1)),
    }));
    const reply = await categorization.batchCategorizeTransactions({ transactions });
    expect(reply.transactions.map(({ description }) => description)).toEqual(
      transactions.map(({ description }) => description),
    );
    expect(reply.transactions.slice(0, 5).map(({ category }) => category)).toEqual([
      'rent',
      'payroll',
      'meals',
      'vehicle',
      'shipping',
    ]);
    expect(await analytics.categorized(organizationId)).toHaveLength(500);
  });

  test('gives the same category alone and in a batch', async () => {
    const { categorization } = await analytics.tenant();
    const input = { description: 'Thames Water', amount: dollars(-80_00) };
    const alone = await categorization.categorizeTransaction(input);
    const batch = await categorization.batchCategorizeTransactions({ transactions: Array(60).fill(input) });
    expect(batch.transactions.every(({ confidence }) => confidence === alone.confidence)).toBe(true);
  });

  test('keeps all or none', async () => {
    const { categorization } = await analytics.tenant();
    const good = { description: 'Rent', amount: dollars(-1) };
    const bad = { description: 'Rent', amount: { currencyCode: 'ZZZ', amountMinor: 1n } };
    expect(await failureOf(categorization.batchCategorizeTransactions({ transactions: [good, bad] }))).toMatchObject({
      code: 'InvalidArgument',
      reason: 'UNKNOWN_CURRENCY',
      fields: ['transactions[1].amount.currency_code'],
    });
    expect((await categorization.listTransactions({})).totalSize).toBe(0);
  });
});

describe('wrong values', () => {
  test('are refused, naming the field, and nothing is stored', async () => {
    const { categorization } = await analytics.tenant();
    const good = { description: 'Rent', amount: dollars(-1) };
    const one = (changes: object) => categorization.categorizeTransaction({ ...good, ...changes });
    const batch = (transactions: object[]) => categorization.batchCategorizeTransactions({ transactions });
    const update = (changes: object) =>
      categorization.updateTransactionCategory({ id: newId(), category: 'rent', ...changes });
    const list = (request: object) => categorization.listTransactions(request);
    const cases = [
      [one({ description: '' }), 'VALIDATION_FAILED', 'description'],
      [one({ description: ' \u00a0 ' }), 'VALIDATION_FAILED', 'description'],
      [one({ description: 'x'.repeat(501) }), 'VALIDATION_FAILED', 'description'],
      [one({ description: 'a\u0000b' }), 'VALIDATION_FAILED', 'description'],
      [one({ amount: { currencyCode: 'ZZZ', amountMinor: 1n } }), 'UNKNOWN_CURRENCY', 'amount.currency_code'],
      [one({ amount: { currencyCode: 'usd', amountMinor: 1n } }), 'VALIDATION_FAILED', 'amount.currency_code'],
      [one({ amount: { amountMinor: 10n ** 16n } }), 'VALIDATION_FAILED', 'amount.amount_minor'],
      [one({ date: '2026-02-29' }), 'VALIDATION_FAILED', 'date'],
      [one({ requestId: 'a b' }), 'VALIDATION_FAILED', 'request_id'],
      [batch([]), 'VALIDATION_FAILED', 'transactions'],
      [batch(Array(501).fill(good)), 'VALIDATION_FAILED', 'transactions'],
      [batch([good, { description: '' }]), 'VALIDATION_FAILED', 'transactions[1].description'],
      [update({ id: 'x' }), 'VALIDATION_FAILED', 'id'],
      [update({ category: 'Rent!' }), 'VALIDATION_FAILED', 'category'],
      [list({ pageSize: 201 }), 'VALIDATION_FAILED', 'page_size'],
      [list({ orderBy: 'category' }), 'INVALID_ORDER_BY', 'order_by'],
      [list({ pageToken: '!' }), 'INVALID_PAGE_TOKEN', 'page_token'],
      [list({ categories: ['Rent!'] }), 'VALIDATION_FAILED', 'categories[0]'],
      [list({ dateFrom: '1 May' }), 'VALIDATION_FAILED', 'date_from'],
      [list({ dateTo: '2026-04-31' }), 'VALIDATION_FAILED', 'date_to'],
      [list({ query: 'x'.repeat(201) }), 'VALIDATION_FAILED', 'query'],
      [list({ currencyCode: 'EURO' }), 'VALIDATION_FAILED', 'currency_code'],
      [list({ amountMinorMin: 10n ** 16n }), 'VALIDATION_FAILED', 'amount_minor_min'],
      [list({ decidedBy: 7 as DecidedBy }), 'VALIDATION_FAILED', 'decided_by'],
      [categorization.listCategories({ kinds: [0] }), 'VALIDATION_FAILED', 'kinds[0]'],
      [categorization.listCategories({ orderBy: 'kind' }), 'INVALID_ORDER_BY', 'order_by'],
    ] as const;
    for (const [call, reason, field] of cases) {
      expect(await failureOf(call)).toMatchObject({ code: 'InvalidArgument', reason, fields: [field] });
    }
    expect((await categorization.listTransactions({})).totalSize).toBe(0);
  });
});

describe('ListTransactions', () => {
  test('pages, orders and filters', async () => {
    const { categorization } = await analytics.tenant();
    await categorization.batchCategorizeTransactions({
      transactions: [
        { description: 'Office rent 100% paid', amount: dollars(-900_00), date: '2026-01-01' },
        { description: 'Customer payment invoice 12', amount: dollars(500_00), date: '2026-02-01' },
        { description: 'qzx', amount: { currencyCode: 'EUR', amountMinor: -7n }, date: '2026-03-01' },
        { description: 'Lunch', date: '2026-03-02' },
      ],
    });
    const days = async (request: object) =>
      (await categorization.listTransactions(request)).transactions.map(({ date }) => date.slice(5));
    expect(await days({})).toEqual(['03-02', '03-01', '02-01', '01-01']);
    expect(await days({ orderBy: 'amount' })).toEqual(['01-01', '03-01', '03-02', '02-01']);
    expect((await days({ orderBy: 'confidence' }))[0]).toBe('03-01');
    expect(await days({ categories: ['rent', 'meals'] })).toEqual(['03-02', '01-01']);
    expect(await days({ needsReview: true })).toEqual(['03-01']);
    expect(await days({ query: '100%' })).toEqual(['01-01']);
    expect(await days({ query: 'CUSTOMER' })).toEqual(['02-01']);
    expect(await days({ query: '_ustomer' })).toEqual([]);
    expect(await days({ currencyCode: 'EUR' })).toEqual(['03-01']);
    expect(await days({ amountMinorMin: -7n, amountMinorMax: 0n })).toEqual(['03-01']);
    expect(await days({ dateFrom: '2026-02-01', dateTo: '2026-03-01' })).toEqual(['03-01', '02-01']);
    expect(await days({ decidedBy: DecidedBy.PERSON })).toEqual([]);
    for (const orderBy of ['date', 'amount desc', 'confidence', 'confidence desc', 'created_at']) {
      const seen: string[] = [];
      for (let pageToken = ''; ; ) {
        const page = await categorization.listTransactions({ pageSize: 1, orderBy, pageToken });
        expect(page.totalSize).toBe(4);
        seen.push(...page.transactions.map(({ id }) => id));
        pageToken = page.nextPageToken;
        if (pageToken === '') break;
      }
      expect(new Set(seen).size).toBe(4);
      expect(seen).toHaveLength(4);
    }
  });
});

describe('ListCategories', () => {
  test('lists the catalogue by name, in pages, by kind', async () => {
    const { categorization } = await analytics.tenant(newId(), 'VIEWER');
    const all = await categorization.listCategories({});
    expect(all.totalSize).toBe(24);
    expect(all.categories[0]).toMatchObject({ category: 'bank_fees', name: 'Bank fees', kind: CategoryKind.EXPENSE });
    const incomes = await categorization.listCategories({ kinds: [CategoryKind.INCOME], orderBy: 'category desc' });
    expect(incomes.categories.map(({ category }) => category)).toEqual(['sales_income', 'other_income']);
    const first = await categorization.listCategories({ pageSize: 20 });
    const rest = await categorization.listCategories({ pageSize: 20, pageToken: first.nextPageToken });
    expect(rest.categories).toHaveLength(4);
  });
});
