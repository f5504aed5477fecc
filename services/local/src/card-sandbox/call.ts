import type { Control } from './control.ts';
import type { Params } from './params.ts';
import type { Transaction } from './store.ts';

/** The version of Stripe's API whose shapes are spoken here. */
export const API_VERSION = '2026-10-28.endive';

/** The only source of time here. */
export interface Clock {
  now(): Date;
}

/** What surrounds a change: its transaction, its time, and the request that caused it, which events repeat. */
export interface Scope {
  readonly tx: Transaction;
  readonly now: Date;
  readonly request: { readonly id: string | null; readonly idempotencyKey: string | null };
  readonly control: Control;
}

/** One API request on its way to its handler. */
export interface Call extends Scope {
  readonly params: Params;
  /** The id in the path, or the empty string. */
  readonly id: string;
}

/** An answer whose effects are kept, a decline (402) included. Errors that undo everything are thrown. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

export type Handler = (call: Call) => Promise<Reply>;

/** 200 with this body. */
export function ok(body: object): Reply {
  return { status: 200, body };
}

/** Seconds since the epoch: the form of every time in Stripe's API. */
export function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
