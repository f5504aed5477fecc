import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth } from './support/auth.ts';
import { member, type Person, registered } from './support/people.ts';

let auth: Auth;
let owner: Person;

beforeAll(async () => {
  auth = await Auth.start();
  owner = await registered(auth);
});
afterAll(() => auth.stop());

const as = (person: Person) => auth.as(person.accessToken).organizations;

describe('the settings of an organization', () => {
  test('change one by one, and the others stay', async () => {
    auth.clock.advance(1_000);
    const { organization } = await as(owner).updateOrganization({ name: '  Renamed  ' });
    expect(organization).toMatchObject({ name: 'Renamed', currencyCode: 'USD', timeZone: 'UTC' });
    const changed = await as(owner).updateOrganization({ currencyCode: 'JPY', timeZone: 'Asia/Tokyo' });
    expect(changed.organization).toMatchObject({ name: 'Renamed', currencyCode: 'JPY', timeZone: 'Asia/Tokyo' });
    expect((await as(owner).getOrganization({})).organization).toEqual(changed.organization);
  });

  test('are published, all of them, at each change', async () => {
    const person = await registered(auth);
    auth.clock.advance(1_000);
    await as(person).updateOrganization({ timeZone: 'Europe/Vienna' });
    await eventually(async () => {
      expect(await auth.bus.payloads('organization_updated')).toContainEqual({
        organizationId: person.organizationId,
        name: person.email.split('@')[0],
        currency: 'USD',
        timeZone: 'Europe/Vienna',
        updatedAt: auth.clock.now().toISOString(),
      });
    });
  });

  // Consumers keep the newest: two topics tell them of an organization, and topics have no order between them.
  test('are published as newer than before, even by a clock that was set back', async () => {
    const person = await registered(auth);
    auth.clock.advance(-60_000);
    await as(person).updateOrganization({ name: 'First' });
    await as(person).updateOrganization({ name: 'Second' });
    auth.clock.advance(60_000);
    await eventually(async () => {
      const published = (await auth.bus.payloads('organization_updated')).filter(
        ({ organizationId }) => organizationId === person.organizationId,
      );
      const changedAt = Object.fromEntries(published.map(({ name, updatedAt }) => [name, Date.parse(updatedAt)]));
      const registeredAt = auth.clock.now().getTime();
      expect(changedAt).toEqual({ First: registeredAt + 1, Second: registeredAt + 2 });
    });
  });

  test('changed with a request id change once', async () => {
    const person = await registered(auth);
    const request = { name: 'Once', requestId: 'rename-once' };
    const first = await as(person).updateOrganization(request);
    await as(person).updateOrganization({ name: 'Later' });
    expect(await as(person).updateOrganization(request)).toEqual(first);
    expect((await as(person).getOrganization({})).organization?.name).toBe('Later');
  });

  test.each([
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'n'.repeat(121) }],
    ['currency_code', { currencyCode: '' }],
    ['currency_code', { currencyCode: 'ZZZ' }],
    ['time_zone', { timeZone: '' }],
    ['time_zone', { timeZone: 'Nowhere/City' }],
  ])('refuse a wrong %s by name and stay: %j', async (field, request) => {
    const before = await as(owner).getOrganization({});
    const failure = await failureOf(as(owner).updateOrganization(request));
    expect(failure).toMatchObject({ code: 'InvalidArgument', fields: [field] });
    expect(await as(owner).getOrganization({})).toEqual(before);
  });

  test('are for administrators to change and for every member to see', async () => {
    const accountant = await member(auth, owner, 'ACCOUNTANT');
    expect((await as(accountant).getOrganization({})).organization?.id).toBe(owner.organizationId);
    expect(await failureOf(as(accountant).updateOrganization({ name: 'Mine' }))).toMatchObject({
      code: 'PermissionDenied',
      reason: 'ROLE_TOO_LOW',
    });
  });
});

describe('the members of an organization', () => {
  let company: Person;
  let everybody: Person[];

  beforeAll(async () => {
    company = await registered(auth);
    everybody = [company];
    for (const role of ['VIEWER', 'ADMIN', 'ACCOUNTANT', 'VIEWER'] as const) {
      auth.clock.advance(1_000);
      everybody.push(await member(auth, company, role));
    }
    await member(auth, owner, 'VIEWER');
  });

  const emails = (members: { email: string }[]) => members.map(({ email }) => email);

  test('are listed, and nobody else is', async () => {
    const { members, totalSize } = await as(company).listMembers({});
    expect(totalSize).toBe(5);
    expect(emails(members)).toEqual(everybody.map(({ email }) => email).sort());
  });

  test('sort by role as roles ascend', async () => {
    const { members } = await as(company).listMembers({ orderBy: 'role' });
    expect(members.map(({ role }) => role)).toEqual([1, 1, 2, 3, 4]);
  });

  test.each(['email', 'email desc', 'role', 'role desc', 'joined_at', 'joined_at desc'])(
    'page by %s without repeating or skipping anybody',
    async (orderBy) => {
      const seen: string[] = [];
      for (let pageToken = '', page = 0; page === 0 || pageToken !== ''; page += 1) {
        const reply = await as(company).listMembers({ pageSize: 2, pageToken, orderBy });
        seen.push(...emails(reply.members));
        pageToken = reply.nextPageToken;
      }
      expect(seen.toSorted()).toEqual(everybody.map(({ email }) => email).sort());
    },
  );

  test('filter by role and by a part of the email', async () => {
    const viewers = await as(company).listMembers({ roles: [OrganizationRole.VIEWER] });
    expect(viewers.totalSize).toBe(2);
    const found = await as(company).listMembers({ query: 'ACCOUNTANT.' });
    expect(emails(found.members)).toEqual([everybody[3]?.email]);
    expect((await as(company).listMembers({ query: '%' })).totalSize).toBe(0);
  });

  test.each([
    ['order_by', { orderBy: 'password_hash' }],
    ['page_token', { pageToken: 'x' }],
    ['page_size', { pageSize: 1_000 }],
    ['query', { query: 'q'.repeat(201) }],
  ])('refuse a wrong %s by name', async (field, request) => {
    expect(await failureOf(as(company).listMembers(request))).toMatchObject({
      code: 'InvalidArgument',
      fields: [field],
    });
  });

  test('a page token of other filters is refused', async () => {
    const { nextPageToken } = await as(company).listMembers({ pageSize: 1 });
    const request = { pageSize: 1, pageToken: nextPageToken, query: 'viewer' };
    expect(await failureOf(as(company).listMembers(request))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });
});
