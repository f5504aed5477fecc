import type { JsonObject } from '@bufbuild/protobuf';
import { Access } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BadValue, badValues } from '../src/bad-values.ts';
import { Company } from '../src/company.ts';
import { allRpcs, type Rpc } from '../src/contracts.ts';
import { type Door, httpDoor, verdict } from '../src/doors.ts';
import { valueAt, withValue } from '../src/json-path.ts';
import { Platform } from '../src/platform.ts';
import { post } from '../src/raw-http.ts';
import { requestsFor } from '../src/requests/requests.ts';
import { semanticCases } from '../src/semantic-cases.ts';
import { settled } from '../src/settled.ts';
import { signingKeyOf } from '../src/signing-key.ts';
import { type Snapshot, snapshotOf } from '../src/snapshot.ts';
import { TokenMint } from '../src/tokens.ts';

const rpcs = await allRpcs();
const cases = rpcs.map((rpc) => ({ rpc, name: rpc.name }));
const oneMiB = 1_048_576;

let platform: Platform;
let door: Door;
let company: Company;
/** Owner of the company and administrator of the platform: nothing is refused for want of a right. */
let token: string;
/** For the methods that no person may call. */
let operatorToken: string;
let before: Snapshot;
const requests = new Map<string, JsonObject[]>();

beforeAll(async () => {
  platform = await Platform.start();
  door = httpDoor(platform);
  company = await Company.register(platform.url, 'Careless');
  const mint = await TokenMint.with(await signingKeyOf(platform.dataDir));
  token = await mint.changed(company.session.token, { role: 'ADMIN' });
  const operator = { role: 'OPERATOR', org: undefined, org_role: undefined };
  operatorToken = await mint.changed(company.session.token, operator);
  for (const rpc of rpcs) requests.set(rpc.name, await requestsFor(rpc, company));
  await settled(company.session);
  before = await snapshotOf(door, rpcs, token, true);
}, 120_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

/** The form of the method's request that fills the field, or else the first. */
function formWith({ name }: Rpc, path: string): JsonObject {
  const forms = requests.get(name)!;
  return forms.find((form) => valueAt(form, path) !== undefined) ?? forms[0]!;
}

const tokenFor = ({ access }: Rpc) => (access === Access.OPERATOR ? operatorToken : token);
const send = (rpc: Rpc, request: JsonObject) =>
  post(platform.url, rpc, JSON.stringify(request), { token: tokenFor(rpc) });

describe('a value that breaks a rule is INVALID_ARGUMENT and its field is named', () => {
  const withFields = cases.filter(({ rpc }) => rpc.method.input.fields.length > 0);

  test.each(withFields)('$name', async ({ rpc }) => {
    const wrong: string[] = [];
    for (const bad of badValues(rpc.method.input)) {
      const outcome = await send(rpc, withValue(formWith(rpc, bad.path), bad.path, bad.value));
      const isRight =
        verdict(outcome).startsWith('INVALID_ARGUMENT') && outcome.fields.some((field) => names(field, bad));
      if (!isRight)
        wrong.push(`${bad.path}, ${bad.what}: ${verdict(outcome)}, naming ${outcome.fields.join() || 'nothing'}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** The field itself, the message it is in, or an item of it; a value of the wrong type is told by its name alone. */
function names(field: string, { path }: BadValue): boolean {
  const bad = path.replaceAll('[]', '[0]');
  const inside = (outer: string, inner: string) => inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length));
  return field === bad || field === path.split('.').at(-1) || inside(field, bad) || inside(bad, field);
}

describe('a reference to what does not exist is NOT_FOUND', () => {
  // Ids filter a list and an export: what is not there is left out.
  const references = rpcs
    .filter(({ method, access }) => !/^(List|Export)/.test(method.name) && access !== Access.PUBLIC)
    .flatMap((rpc) => rpc.references.map((field) => ({ rpc, name: rpc.name, field })));

  test.each(references)('$name: $field', async ({ rpc, field }) => {
    const outcome = await send(rpc, withValue(formWith(rpc, field), field, crypto.randomUUID()));
    expect(verdict(outcome)).toMatch(/^NOT_FOUND [A-Z_]+_NOT_FOUND$/);
  });
});

describe('a list that is asked for wrongly', () => {
  test.each(cases.filter(({ rpc }) => rpc.method.name.startsWith('List')))('$name', async ({ rpc }) => {
    const form = formWith(rpc, 'page_size');
    const [order, direction, page] = [
      await send(rpc, { ...form, orderBy: 'password' }),
      await send(rpc, { ...form, orderBy: `${form.orderBy} sideways` }),
      await send(rpc, { ...form, pageToken: 'not-a-token' }),
    ];
    expect([order, direction].map(({ fields }) => fields)).toEqual([['order_by'], ['order_by']]);
    expect([order, direction].map(verdict)).toEqual(Array(2).fill('INVALID_ARGUMENT INVALID_ORDER_BY'));
    expect([verdict(page), page.fields]).toEqual(['INVALID_ARGUMENT INVALID_PAGE_TOKEN', ['page_token']]);
  });
});

describe('what only the service can know to be wrong', () => {
  test.each(semanticCases)('$rpc, $what: $expected', async ({ rpc: name, change, expected, field }) => {
    const rpc = rpcs.find((one) => one.name === name)!;
    const outcome = await send(rpc, change(requests.get(name)!.at(0)!, company));
    expect([verdict(outcome), outcome.fields]).toEqual([expected, field === undefined ? [] : [field]]);
  });
});

describe('what is not a request', () => {
  test.each(cases)('$name', async ({ rpc }) => {
    const form = requests.get(rpc.name)![0]!;
    const unknown = await send(rpc, { ...form, surprise: 1 });
    const broken = await post(platform.url, rpc, '{"id": ', { token: tokenFor(rpc) });
    const list = await post(platform.url, rpc, '[]', { token: tokenFor(rpc) });
    expect([unknown, broken, list].map(verdict)).toEqual(Array(3).fill('INVALID_ARGUMENT MALFORMED_REQUEST'));
    expect(unknown.fields).toEqual(['surprise']);
  });

  const [first] = cases;

  test('a body of 10 MB is refused, whether it says its length or not', async () => {
    const large = Buffer.alloc(10 * oneMiB, ' ');
    const untold = new Blob([large]).stream();
    for (const body of [large, untold]) {
      const outcome = await post(platform.url, first!.rpc, body, { token });
      expect([outcome.status, verdict(outcome)]).toEqual([413, 'RESOURCE_EXHAUSTED REQUEST_TOO_LARGE']);
    }
  });

  test('a body of another kind is refused', async () => {
    const outcome = await post(platform.url, first!.rpc, 'a=1', { contentType: 'application/x-www-form-urlencoded' });
    expect([outcome.status, verdict(outcome)]).toEqual([415, 'INVALID_ARGUMENT UNSUPPORTED_CONTENT_TYPE']);
  });
});

test('after all that, nothing was stored, changed or removed', async () => {
  expect(await snapshotOf(door, rpcs, token, true)).toEqual(before);
});
