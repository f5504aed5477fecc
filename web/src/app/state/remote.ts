import type { Problem } from '../api/problem.ts';

/** Something read from a service. While it is read again, and after that failed, what was known before stays. */
export interface Remote<T> {
  readonly status: 'idle' | 'loading' | 'loaded' | 'failed';
  readonly data: T | null;
  readonly problem: Problem | null;
}

/** A change asked of a service. */
export interface Mutation {
  readonly pending: boolean;
  readonly problem: Problem | null;
}

export const idle: Remote<never> = { status: 'idle', data: null, problem: null };
export const loading = <T>(before: Remote<T>): Remote<T> => ({ status: 'loading', data: before.data, problem: null });
export const loaded = <T>(data: T): Remote<T> => ({ status: 'loaded', data, problem: null });
export const failed = <T>(before: Remote<T>, problem: Problem): Remote<T> => ({
  status: 'failed',
  data: before.data,
  problem,
});

export const resting: Mutation = { pending: false, problem: null };
export const pending: Mutation = { pending: true, problem: null };
export const refused = (problem: Problem): Mutation => ({ pending: false, problem });
