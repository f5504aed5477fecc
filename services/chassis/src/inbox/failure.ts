import { setTimeout as delay } from 'node:timers/promises';
import { isTransient, sqlState } from '../database/sql-state.ts';
import { DomainError } from '../errors.ts';
import { EventFormatError } from '../events/codec.ts';

/**
 * What a failure says about the next try:
 *
 * - `transient`: nothing is wrong with the event. The database, the registry or another service cannot be reached, or
 *   another transaction was first. It is tried for as long as it takes and never becomes a dead letter.
 * - `permanent`: the event will fail in the same way each time. Its bytes say nothing, or the rules refuse it
 *   (INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION …). It becomes a dead letter at once.
 * - `unexplained`: everything else. A constraint may have been a race and a TypeError may come of what another
 *   transaction had not written yet, so there are a few tries before it becomes a dead letter.
 */
export type FailureKind = 'transient' | 'permanent' | 'unexplained';

/** Which kind of failure an error is. A statement that took too long (57014) counts as the database's fault. */
export function failureKind(error: unknown): FailureKind {
  if (isTransient(error)) return 'transient';
  return error instanceof DomainError || error instanceof EventFormatError ? 'permanent' : 'unexplained';
}

const RETRY_BASE_MS = 20;
const RETRY_MAX_MS = 1_000;
/** Tries on what does not work now before whoever asked is told to come again later; a bus waits longer each time. */
const TRANSIENT_ATTEMPTS = 5;

export interface AttemptOptions {
  /** Tries for a failure that is not explained. */
  readonly attempts: number;
  /** Whether to stop waiting for what does not work now; the few tries of a failure that is not explained are made. */
  readonly stopping: () => boolean;
}

/** Why an event is given up, and after how many tries. */
export interface GivenUp {
  readonly error: unknown;
  readonly attempts: number;
}

/**
 * Tries until it succeeds or the event itself is at fault. Pauses double up to a second, and are random below that, so
 * that those who failed together do not come back together.
 *
 * @returns undefined after a success
 * @throws the error when it is transient and has not passed
 */
export async function tryOften(work: () => Promise<void>, options: AttemptOptions): Promise<GivenUp | undefined> {
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return undefined;
    } catch (error) {
      const kind = failureKind(error);
      if (kind === 'transient') {
        if (options.stopping() || attempt - failures >= TRANSIENT_ATTEMPTS) throw error;
      } else {
        failures += 1;
        if (kind === 'permanent' || failures >= options.attempts) return { error, attempts: failures };
      }
      await delay(Math.random() * Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** attempt));
    }
  }
}

/** What is kept of an error. */
export interface Failure {
  /** Its name and message. */
  readonly reason: string;
  /** What programs tell it by, where there is such a thing: a DomainError's reason, `SQLSTATE_23514`, `ECONNRESET`. */
  readonly code: string | undefined;
  /** Its stack and those of its causes. */
  readonly stack: string | undefined;
}

const REASON_CHARACTERS = 4_000;
const STACK_CHARACTERS = 16_000;
const CAUSES = 5;

/** Describes an error for those who will look at the dead letter. */
export function describeFailure(error: unknown): Failure {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    reason: storable(reason.slice(0, REASON_CHARACTERS)),
    code: codeOf(error),
    stack: error instanceof Error ? storable(stacksOf(error).slice(0, STACK_CHARACTERS)) : undefined,
  };
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof DomainError) return error.reason;
  const state = sqlState(error);
  return state !== undefined && /^[0-9A-Z]{5}$/.test(state) ? `SQLSTATE_${state}` : state;
}

function stacksOf(error: Error): string {
  const stacks: string[] = [];
  for (let one: unknown = error; one instanceof Error && stacks.length < CAUSES; one = one.cause) {
    stacks.push(one.stack ?? `${one.name}: ${one.message}`);
  }
  return stacks.join('\nCaused by: ');
}

/**
 * The text as PostgreSQL can keep it. It has no place for the character NUL or for half a surrogate pair, and a record
 * that could not even be put aside would hold up its partition for ever.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '␀');
}
