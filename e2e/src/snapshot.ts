import type { JsonObject } from '@bufbuild/protobuf';
import { Access } from '@finflow/proto/finflow/common/v1/authorization_pb';
import type { Rpc } from './contracts.ts';
import { type Door, verdict } from './doors.ts';

/** What an organization's member can read without naming anything: every list, balance, setting and figure. */
export type Snapshot = Readonly<Record<string, unknown>>;

/**
 * Reads everything the token's organization owns, at most 200 of a kind; a platform administrator's token reads the
 * platform's users too. Equal snapshots mean that nothing was stored, changed or removed in between.
 */
export async function snapshotOf(door: Door, rpcs: readonly Rpc[], token: string, admin = false): Promise<Snapshot> {
  const readable = rpcs.filter(
    ({ reads, access, method }) =>
      reads &&
      access !== Access.OPERATOR &&
      (access !== Access.PLATFORM_ADMIN || admin) &&
      !method.input.fields.some(({ name }) => name === 'id'),
  );
  const replies = readable.map(async (rpc) => {
    const pages = rpc.method.input.fields.some(({ name }) => name === 'page_size');
    const request: JsonObject = pages ? { pageSize: 200 } : {};
    const outcome = await door.call(rpc, request, token);
    if (outcome.code !== undefined) throw new Error(`${rpc.name} answered ${verdict(outcome)}`);
    return [rpc.name, outcome.told] as const;
  });
  return Object.fromEntries(await Promise.all(replies));
}
