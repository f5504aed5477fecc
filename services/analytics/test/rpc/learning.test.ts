import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { DecidedBy } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MEMORY_VERSION } from '../../src/categorization/memory.ts';
import { Analytics, type Tenant } from '../support/analytics.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

const SHOP = { description: 'KARTUSO ZVENDI 4411', amount: { currencyCode: 'USD', amountMinor: -30_00n } };

async function correct({ categorization }: Tenant, category: string, input: object = SHOP): Promise<string> {
  const { transactionId: id } = await categorization.categorizeTransaction(input);
  await categorization.updateTransactionCategory({ id, category });
  return id;
}

const evidence = (organizationId: string) =>
  analytics.rows<{ feature: string; category: string; decisions: number }>(
    `select feature, category, decisions from category_evidence
     where organization_id = $1 and memory_version = $2 and decisions > 0 order by 1, 2`,
    [organizationId, MEMORY_VERSION],
  );

describe('UpdateTransactionCategory', () => {
  test('records the person’s decision as the next version and publishes it', async () => {
    const { categorization, organizationId } = await analytics.tenant();
    const { transactionId: id } = await categorization.categorizeTransaction(SHOP);
    const colleague = await analytics.tenant(organizationId);
    analytics.clock.advance(5000);
    const { transaction } = await colleague.categorization.updateTransactionCategory({ id, category: 'training' });
    expect(transaction).toMatchObject({
      category: 'training',
      confidence: 1,
      needsReview: false,
      decidedBy: DecidedBy.PERSON,
      version: 2,
    });
    expect(transaction?.updatedAt).not.toEqual(transaction?.createdAt);
    expect(await analytics.categorized(organizationId)).toMatchObject([
      { id, version: 1, decidedBy: 'model' },
      { id, version: 2, decidedBy: 'person', category: 'training', confidence: 1, userId: colleague.userId },
    ]);
  });

  test('teaches the organization’s model from the first correction', async () => {
    const tenant = await analytics.tenant();
    const before = await tenant.categorization.categorizeTransaction(SHOP);
    expect(before).toMatchObject({ needsReview: true });
    await correct(tenant, 'training');
    const again = { ...SHOP, description: 'Kartuso Zvendi 9920' };
    expect(await tenant.categorization.categorizeTransaction(again)).toMatchObject({
      category: 'training',
      needsReview: false,
    });
  });

  test('generalizes to descriptions that share words', async () => {
    const tenant = await analytics.tenant();
    await correct(tenant, 'training');
    await correct(tenant, 'training', { ...SHOP, description: 'KARTUSO ZVENDI BERLIN' });
    const like = await tenant.categorization.categorizeTransaction({ ...SHOP, description: 'kartuso zvendi oslo' });
    expect(like.category).toBe('training');
  });

  test('keeps money coming in apart from money going out', async () => {
    const tenant = await analytics.tenant();
    await correct(tenant, 'training');
    const refund = { description: SHOP.description, amount: { currencyCode: 'USD', amountMinor: 30_00n } };
    expect((await tenant.categorization.categorizeTransaction(refund)).category).not.toBe('training');
  });

  test('teaches no other organization', async () => {
    const [one, other] = [await analytics.tenant(), await analytics.tenant()];
    const before = await other.categorization.categorizeTransaction(SHOP);
    for (let times = 0; times < 3; times++) await correct(one, 'training');
    const after = await other.categorization.categorizeTransaction(SHOP);
    expect(after.confidence).toBe(before.confidence);
    expect(after.category).toBe(before.category);
    expect(await evidence(other.organizationId)).toEqual([]);
  });

  test('lets the last word count, once', async () => {
    const tenant = await analytics.tenant();
    const id = await correct(tenant, 'training');
    await tenant.categorization.updateTransactionCategory({ id, category: 'meals' });
    const learnt = await evidence(tenant.organizationId);
    expect(new Set(learnt.map(({ category }) => category))).toEqual(new Set(['meals']));
    expect(learnt.every(({ decisions }) => decisions === 1)).toBe(true);
    expect((await tenant.categorization.categorizeTransaction(SHOP)).category).toBe('meals');
  });

  test('changes nothing when the same decision is confirmed again', async () => {
    const tenant = await analytics.tenant();
    const id = await correct(tenant, 'training');
    const { transaction } = await tenant.categorization.updateTransactionCategory({ id, category: 'training' });
    expect(transaction?.version).toBe(2);
    expect(await analytics.categorized(tenant.organizationId)).toHaveLength(2);
  });

  test('confirming the model’s own decision is a decision too', async () => {
    const { categorization } = await analytics.tenant();
    const { transactionId: id, category } = await categorization.categorizeTransaction({ description: 'Office rent' });
    const { transaction } = await categorization.updateTransactionCategory({ id, category });
    expect(transaction).toMatchObject({ decidedBy: DecidedBy.PERSON, confidence: 1, version: 2 });
  });

  test('settles corrections made at the same time one after the other', async () => {
    const tenant = await analytics.tenant();
    const { transactionId: id } = await tenant.categorization.categorizeTransaction(SHOP);
    const wanted = ['training', 'meals', 'travel', 'rent'];
    await Promise.all(wanted.map((category) => tenant.categorization.updateTransactionCategory({ id, category })));
    const [transaction] = (await tenant.categorization.listTransactions({})).transactions;
    expect(transaction?.version).toBe(5);
    const learnt = await evidence(tenant.organizationId);
    expect(new Set(learnt.map(({ category }) => category))).toEqual(new Set([transaction?.category]));
    const versions = (await analytics.categorized(tenant.organizationId)).map(({ version }) => version);
    expect(versions).toEqual([1, 2, 3, 4, 5]);
  });

  test('is done once for a request id', async () => {
    const { categorization } = await analytics.tenant();
    const { transactionId: id } = await categorization.categorizeTransaction(SHOP);
    const request = { id, category: 'training', requestId: 'r' };
    const first = await categorization.updateTransactionCategory(request);
    await categorization.updateTransactionCategory({ id, category: 'meals' });
    expect(await categorization.updateTransactionCategory(request)).toEqual(first);
    expect((await categorization.listTransactions({})).transactions[0]?.category).toBe('meals');
  });

  test('refuses an unknown category, an unknown transaction, and another organization’s', async () => {
    const [one, other] = [await analytics.tenant(), await analytics.tenant()];
    const { transactionId: id } = await one.categorization.categorizeTransaction(SHOP);
    const update = (tenant: Tenant, request: object) =>
      failureOf(tenant.categorization.updateTransactionCategory({ id, category: 'rent', ...request }));
    expect(await update(one, { category: 'yachts' })).toMatchObject({
      code: 'NotFound',
      reason: 'CATEGORY_NOT_FOUND',
      fields: ['category'],
    });
    const unknown = { code: 'NotFound', reason: 'TRANSACTION_NOT_FOUND', fields: ['id'] };
    expect(await update(one, { id: newId() })).toMatchObject(unknown);
    expect(await update(other, {})).toMatchObject(unknown);
    expect((await one.categorization.listTransactions({})).transactions[0]?.version).toBe(1);
  });
});
