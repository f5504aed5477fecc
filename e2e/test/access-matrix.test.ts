import type { JsonObject } from '@bufbuild/protobuf';
import { Access, OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Company } from '../src/company.ts';
import { allRpcs, type Rpc } from '../src/contracts.ts';
import { type Door, grpcDoor, httpDoor, type Outcome, verdict } from '../src/doors.ts';
import { valueAt, withValue } from '../src/json-path.ts';
import { Platform } from '../src/platform.ts';
import { requestsFor } from '../src/requests/requests.ts';
import { settled } from '../src/settled.ts';
import { makePlatformAdmin, signingKeyOf } from '../src/signing-key.ts';
import { type Snapshot, snapshotOf } from '../src/snapshot.ts';
import { type BadToken, badTokens, TokenMint } from '../src/tokens.ts';

const rpcs = await allRpcs();
const guarded = rpcs.filter(({ access }) => access !== Access.PUBLIC);
const roles = ['NONE', 'VIEWER', 'ACCOUNTANT', 'ADMIN', 'OWNER'] as const;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

let platform: Platform;
let doors: Door[];
let mint: TokenMint;
let ours: Company;
let theirs: Company;
let ourSnapshot: Snapshot;
/** Our own requests, by method: each names what is ours. */
const ourRequests = new Map<string, JsonObject[]>();

beforeAll(async () => {
  platform = await Platform.start();
  doors = [httpDoor(platform), grpcDoor(platform)];
  mint = await TokenMint.with(await signingKeyOf(platform.dataDir));
  ours = await Company.register(platform.url, 'Ours');
  // The token says it and the account too; ours.session's own token still speaks for a plain user.
  await makePlatformAdmin(platform.dataDir, ours.session.email);
  theirs = await Company.register(platform.url, 'Theirs');
  for (const rpc of rpcs) {
    ourRequests.set(rpc.name, await requestsFor(rpc, ours));
  }
  await settled(ours.session);
  ourSnapshot = await snapshotOf(doors[0]!, rpcs, ours.session.token);
}, 120_000);
afterAll(async () => {
  for (const door of doors ?? []) door.close();
  await platform?.stop();
}, 60_000);

/** The verdict on each of the requests through each door. */
async function verdicts(rpc: Rpc, requests: readonly JsonObject[], token: string | undefined): Promise<string[]> {
  const calls = doors.flatMap((door) => requests.map((request) => door.call(rpc, request, token)));
  return (await Promise.all(calls)).map(verdict);
}

const only = (outcomes: string[]) => [...new Set(outcomes)];

describe('without a good token nobody gets in', () => {
  const cells = guarded.flatMap((rpc) => Object.keys(badTokens).map((way) => ({ rpc, name: rpc.name, way })));

  test.each(cells)('$name refuses $way', async ({ rpc, way }) => {
    const token = await mint.spoiled(ours.session.token, way as BadToken);
    expect(only(await verdicts(rpc, ourRequests.get(rpc.name)!, token))).toEqual([badTokens[way as BadToken]]);
  });
});

describe('a lower role is not let in', () => {
  const withRole = guarded.filter(({ access }) => access !== Access.USER);

  test.each(withRole.map((rpc) => ({ rpc, name: rpc.name })))('$name', async ({ rpc }) => {
    expect(only(await verdicts(rpc, ourRequests.get(rpc.name)!, await lowerRole(rpc)))).toEqual([refusalOf(rpc)]);
  });
});

/** A token of ours one role below what the method asks for: OWNER, but no platform administrator; or no member. To
 * the operator's methods the platform administrator's comes nearest. */
async function lowerRole({ access, minimumRole }: Rpc): Promise<string> {
  if (access === Access.PLATFORM_ADMIN) return ours.session.token;
  if (access === Access.OPERATOR) return await mint.changed(ours.session.token, { role: 'ADMIN' });
  const role = roles[minimumRole - 1];
  const claims = role === 'NONE' ? { org: undefined, org_role: undefined } : { org_role: role };
  return await mint.changed(ours.session.token, claims);
}

function refusalOf({ access, minimumRole }: Rpc): string {
  if (access === Access.PLATFORM_ADMIN) return 'PERMISSION_DENIED PLATFORM_ADMIN_REQUIRED';
  if (access === Access.OPERATOR) return 'PERMISSION_DENIED OPERATOR_REQUIRED';
  const lowest = minimumRole === OrganizationRole.VIEWER;
  return `PERMISSION_DENIED ${lowest ? 'ORGANIZATION_REQUIRED' : 'ROLE_TOO_LOW'}`;
}

describe('an owner of another organization', () => {
  const naming = rpcs.flatMap((rpc) => rpc.references.map((field) => ({ rpc, name: rpc.name, field })));

  test.each(naming)('$name with our $field finds nothing', async ({ rpc, field }) => {
    for (const door of doors) {
      const [mine, foreign] = await pairNaming(rpc, field);
      const request = withValue(mine, field, valueAt(foreign, field));
      const outcome = await door.call(rpc, request, theirs.session.token);
      expect(foreignVerdicts(rpc)).toContain(verdict(outcome).split(' ')[0]);
      expect(ourIdsIn(outcome, request)).toEqual([]);
    }
  });

  const unnamed = guarded.filter(
    ({ references, access }) => references.length === 0 && access !== Access.PLATFORM_ADMIN,
  );

  test.each(unnamed.map((rpc) => ({ rpc, name: rpc.name })))('$name shows nothing of ours', async ({ rpc }) => {
    for (const door of doors) {
      for (const request of await requestsFor(rpc, theirs)) {
        const outcome = await door.call(rpc, request, theirs.session.token);
        expect(verdict(outcome)).toBe('OK');
        expect(ourIdsIn(outcome, request)).toEqual([]);
      }
    }
  });
});

test('after all that, nothing of ours has changed', async () => {
  expect(await snapshotOf(doors[0]!, rpcs, ours.session.token)).toEqual(ourSnapshot);
});

test('a request id that we used replays nothing of ours to another organization', async () => {
  const rpc = rpcs.find(({ name }) => name === 'accounting.v1.LedgerService.CreateAccount')!;
  const [request] = ourRequests.get(rpc.name)!;
  const [first, second] = [
    await doors[0]!.call(rpc, request!, ours.session.token),
    await doors[0]!.call(rpc, request!, theirs.session.token),
  ];
  expect([verdict(first), verdict(second)]).toEqual(['OK', 'OK']);
  expect(JSON.stringify(second.told).match(uuid)).not.toEqual(JSON.stringify(first.told).match(uuid));
});

// The other side of the matrix: were everybody refused, all of the above would hold too.
describe('whoever the contract lets in, gets in', () => {
  test('without a token: nothing but what opens the door', () => {
    const open = rpcs.filter(({ access }) => access === Access.PUBLIC).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'auth.v1.AuthService.Login',
      'auth.v1.AuthService.Logout',
      'auth.v1.AuthService.Refresh',
      'auth.v1.AuthService.Register',
      'auth.v1.OrganizationService.AcceptInvitation',
    ]);
  });

  test.each(rpcs.map((rpc, index) => ({ rpc, name: rpc.name, index })))('$name', async ({ rpc, index }) => {
    const door = doors[index % doors.length]!;
    const token = await leastRole(rpc);
    for (const request of ourRequests.get(rpc.name)!) {
      expect(verdict(await door.call(rpc, request, token))).toBe('OK');
    }
  });
});

/** A token of ours with no more than the method asks for. */
async function leastRole({ access, minimumRole }: Rpc): Promise<string | undefined> {
  switch (access) {
    case Access.PUBLIC:
      return undefined;
    case Access.PLATFORM_ADMIN:
      return await mint.changed(ours.session.token, { role: 'ADMIN', org: undefined, org_role: undefined });
    case Access.OPERATOR:
      return await operatorToken();
    case Access.ORGANIZATION:
      return await mint.changed(ours.session.token, { org_role: roles[minimumRole] });
    default:
      return await mint.changed(ours.session.token, { org: undefined, org_role: undefined });
  }
}

/** As auth's command on the server makes it. */
async function operatorToken(): Promise<string> {
  return await mint.changed(ours.session.token, { role: 'OPERATOR', org: undefined, org_role: undefined });
}

describe('an operator’s token', () => {
  const others = guarded.filter(({ access }) => access !== Access.OPERATOR);

  test.each(others.map((rpc) => ({ rpc, name: rpc.name })))('does not open $name', async ({ rpc }) => {
    const outcomes = await verdicts(rpc, ourRequests.get(rpc.name)!, await operatorToken());
    expect(only(outcomes)).toEqual([expect.stringMatching(/^PERMISSION_DENIED /)]);
  });
});

/** Two requests of one form that fill the field, theirs and ours. A form that lacks it would prove nothing. */
async function pairNaming(rpc: Rpc, field: string): Promise<[JsonObject, JsonObject]> {
  const form = ourRequests.get(rpc.name)!.findIndex((request) => valueAt(request, field) !== undefined);
  if (form < 0) throw new Error(`The request for ${rpc.name} leaves ${field} out.`);
  return [(await requestsFor(rpc, theirs))[form]!, ourRequests.get(rpc.name)![form]!];
}

/** NOT_FOUND; an empty list where the field is a filter; a refusal where the caller may not ask at all. */
function foreignVerdicts({ access, method }: Rpc): string[] {
  if (access === Access.PUBLIC || access === Access.PLATFORM_ADMIN || access === Access.OPERATOR)
    return ['PERMISSION_DENIED'];
  return method.name.startsWith('List') ? ['OK', 'NOT_FOUND'] : ['NOT_FOUND'];
}

/** Ids of ours that the outcome tells and the request did not. */
function ourIdsIn({ told }: Outcome, request: JsonObject): string[] {
  const known = new Set(JSON.stringify(request).match(uuid) ?? []);
  const secret = new Set(JSON.stringify([ourSnapshot, [...ourRequests.values()]]).match(uuid) ?? []);
  return (JSON.stringify(told).match(uuid) ?? []).filter((id) => secret.has(id) && !known.has(id));
}
