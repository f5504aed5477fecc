import type { EntityManager, QueryRunner } from 'typeorm';

/** A handler's answer when the event came before the one it builds on. */
export class WaitFor {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/**
 * Lets the event wait until another handler of the group calls `release` with this key (`payment:<id>`) for the same
 * organization. A handler that returns this must not have changed anything: it is asked again under the key's lock.
 */
export function waitFor(key: string): WaitFor {
  return new WaitFor(key);
}

type Release = (tx: EntityManager, key: string) => Promise<void>;

const releases = new WeakMap<QueryRunner, Release>();

/** Binds `release` to a transaction of a consumer group. */
export function bindRelease(tx: EntityManager, release: Release): void {
  if (tx.queryRunner) releases.set(tx.queryRunner, release);
}

/**
 * Runs the events that wait for this key, in the same transaction; called by a handler after the effect they wait
 * for. Nothing waiting is the usual case.
 *
 * @throws Error outside of a consumer group's transaction
 */
export async function release(tx: EntityManager, key: string): Promise<void> {
  const bound = tx.queryRunner && releases.get(tx.queryRunner);
  if (!bound) throw new Error('release() was called outside of an event handler.');
  await bound(tx, key);
}
