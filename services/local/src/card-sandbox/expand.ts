import { invalidRequest } from './errors.ts';
import type { Transaction } from './store.ts';

const KIND_OF_PREFIX: Record<string, string> = {
  ch: 'charge',
  pi: 'payment_intent',
  pm: 'payment_method',
  re: 'refund',
};

const MAX_DEPTH = 4;

/**
 * The body with the ids at `paths` (`latest_charge`, `data.payment_method`, `charge.payment_intent`) replaced by the
 * objects they name. A path that is no id: `invalid_request_error`.
 */
export async function expand<T extends object>(tx: Transaction, body: T, paths: readonly string[]): Promise<T> {
  let expanded: unknown = body;
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.length > MAX_DEPTH) throw cannotExpand(path);
    expanded = await expandAt(tx, expanded, steps, path);
  }
  return expanded as T;
}

async function expandAt(tx: Transaction, value: unknown, steps: string[], path: string): Promise<unknown> {
  const [field, ...rest] = steps;
  if (field === undefined || value === null) return value;
  if (Array.isArray(value)) {
    // One after another: a transaction is one connection.
    const items: unknown[] = [];
    for (const item of value) items.push(await expandAt(tx, item, steps, path));
    return items;
  }
  if (typeof value !== 'object' || !Object.hasOwn(value, field)) throw cannotExpand(path);
  const inner = (value as Record<string, unknown>)[field];
  const resolved = typeof inner === 'string' ? await lookUp(tx, inner, path) : inner;
  return { ...value, [field]: await expandAt(tx, resolved, rest, path) };
}

async function lookUp(tx: Transaction, id: string, path: string): Promise<unknown> {
  const kind = KIND_OF_PREFIX[id.split('_')[0] as string];
  const stored = kind ? await tx.find(kind, id) : undefined;
  if (!stored) throw cannotExpand(path);
  return stored.body;
}

function cannotExpand(path: string) {
  return invalidRequest(`This property cannot be expanded (${path.slice(0, 100)}).`, { param: 'expand' });
}
