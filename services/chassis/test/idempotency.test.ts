import { randomBytes } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { AuthService, RegisterRequestSchema } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { CreatePaymentRequestSchema, PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../src/database/database.ts';
import { forget, once, type RequestKey, recall, requestKey } from '../src/idempotency.ts';
import { newId } from '../src/ids.ts';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

const method = PaymentService.method.createPayment;
const payment = (fields: object = {}) =>
  create(CreatePaymentRequestSchema, {
    amount: { currencyCode: 'USD', amountMinor: 1200n },
    source: 'tok_visa',
    requestId: 'r-1',
    ...fields,
  });
const hashOf = (fields: object): string | undefined => requestKey(method, payment(fields))?.bodyHash.toString('hex');

describe('requestKey', () => {
  test('is absent when the client sent no request_id', () => {
    expect(requestKey(method, payment({ requestId: '' }))).toBeUndefined();
  });

  test('names the method and the id, and hashes the rest of the body', () => {
    expect(requestKey(method, payment())).toMatchObject({
      method: 'finflow.payments.v1.PaymentService.CreatePayment',
      requestId: 'r-1',
    });
    expect(hashOf({ requestId: 'r-2' })).toBe(hashOf({}));
    expect(hashOf({ amount: { currencyCode: 'USD', amountMinor: 1201n } })).not.toBe(hashOf({}));
  });

  test('is the same however the entries of a map are ordered', () => {
    expect(hashOf({ metadata: { a: '1', b: '2' } })).toBe(hashOf({ metadata: { b: '2', a: '1' } }));
    expect(hashOf({ metadata: { a: '2', b: '1' } })).not.toBe(hashOf({ metadata: { a: '1', b: '2' } }));
  });

  test('says nothing about secrets', () => {
    const keyOf = (password: string) =>
      requestKey(
        AuthService.method.register,
        create(RegisterRequestSchema, { email: 'a@example.com', password, requestId: 'r-1' }),
      );
    expect(keyOf('correct horse')).toEqual(keyOf('battery staple'));
  });
});

describe('once', () => {
  let db: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    db = await chassisDatabase();
    database = new Database({ url: db.url, poolSize: 20 });
    await database.connect();
  });

  afterAll(async () => {
    await database?.close();
    await db?.drop();
  });

  const aKey = (): RequestKey => ({ method: 'm', requestId: newId(), bodyHash: randomBytes(32) });
  const notes = async (organizationId: string): Promise<number> =>
    (await database.tenant<unknown[]>(organizationId, (tx) => tx.query('select from notes'))).length;
  /** Writes a note and answers with its id. */
  const addNoteOnce = (organizationId: string, key: RequestKey | undefined, failing = false): Promise<string> =>
    database.tenant(organizationId, (tx) =>
      once(tx, organizationId, key, async () => {
        const id = newId();
        await tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [organizationId, id, 'n']);
        if (failing) throw new Error('refused');
        return id;
      }),
    );

  test('twenty of the same at the same time have one effect and one answer', async () => {
    const organizationId = newId();
    const key = aKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => addNoteOnce(organizationId, key)));
    expect(new Set(answers).size).toBe(1);
    expect(await notes(organizationId)).toBe(1);
  });

  test('another body under the same id is refused, and has no effect', async () => {
    const organizationId = newId();
    const key = aKey();
    await addNoteOnce(organizationId, key);
    await expect(addNoteOnce(organizationId, { ...key, bodyHash: randomBytes(32) })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      reason: 'REQUEST_ID_REUSED',
    });
    expect(await notes(organizationId)).toBe(1);
  });

  test('a run that fails stores nothing, and may be repeated', async () => {
    const organizationId = newId();
    const key = aKey();
    await expect(addNoteOnce(organizationId, key, true)).rejects.toThrow('refused');
    expect(await notes(organizationId)).toBe(0);
    const id = await addNoteOnce(organizationId, key);
    expect(await addNoteOnce(organizationId, key, true)).toBe(id);
    expect(await notes(organizationId)).toBe(1);
  });

  test('the same id is another request in another method or organization', async () => {
    const organizationId = newId();
    const key = aKey();
    const first = await addNoteOnce(organizationId, key);
    expect(await addNoteOnce(organizationId, { ...key, method: 'other' })).not.toBe(first);
    expect(await addNoteOnce(newId(), key)).not.toBe(first);
  });

  test('without a request id every call is its own', async () => {
    const organizationId = newId();
    expect(await addNoteOnce(organizationId, undefined)).not.toBe(await addNoteOnce(organizationId, undefined));
  });

  test('a first answer can be recalled before anything is claimed, and forgotten', async () => {
    const organizationId = newId();
    const key = aKey();
    const recalled = (changed = key) =>
      database.tenant(organizationId, (tx) => recall<string>(tx, organizationId, changed));
    expect(await recalled()).toBeUndefined();
    const id = await addNoteOnce(organizationId, key);
    expect(await recalled()).toBe(id);
    await expect(recalled({ ...key, bodyHash: randomBytes(32) })).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    await database.tenant(organizationId, (tx) => forget(tx, organizationId, key));
    expect(await recalled()).toBeUndefined();
    expect(await addNoteOnce(organizationId, key)).not.toBe(id);
  });

  test('the replayed answer has its bigints, dates and bytes', async () => {
    const organizationId = newId();
    const key = aKey();
    const answer = {
      amountMinor: 2n ** 60n,
      createdAt: new Date('2026-01-02T03:04:05.678Z'),
      bytes: Buffer.from([0, 255]),
      list: [1n, null, { $note: 'x' }],
    };
    const ask = () => database.tenant(organizationId, (tx) => once(tx, organizationId, key, async () => answer));
    expect(await ask()).toEqual(answer);
    expect(await ask()).toEqual(answer);
  });
});
