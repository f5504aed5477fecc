import { type Call, ok, type Reply } from './call.ts';
import { invalidRequest } from './errors.ts';
import { expand } from './expand.ts';
import type { Params } from './params.ts';
import type { ListQuery } from './store.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/**
 * A list endpoint: newest first, `limit` 1–100, `starting_after`, `ending_before`, `created[gte|gt|lte|lt]` and
 * equality on `filters`. `narrow` may add conditions from parameters of its own.
 */
export async function listReply(
  call: Call,
  kind: string,
  url: string,
  filters: readonly string[] = [],
  narrow: (query: ListQuery) => void = () => undefined,
): Promise<Reply> {
  const { params } = call;
  const query: ListQuery = {
    limit: pageLimit(params),
    startingAfter: params.text('starting_after'),
    endingBefore: params.text('ending_before'),
    where: {},
    ...created(call),
  };
  for (const filter of filters) {
    const value = params.text(filter);
    if (value !== undefined && query.where) query.where[filter] = value;
  }
  narrow(query);
  const paths = params.list('expand');
  params.rejectUnknown();
  const page = await call.tx.list(kind, query);
  const body = { object: 'list', url, has_more: page.hasMore, data: page.data };
  return ok(await expand(call.tx, body, paths));
}

/** `limit`: 1–100, 10 when absent. */
export function pageLimit(params: Params): number {
  const limit = params.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    throw invalidRequest(`Invalid limit: must be between 1 and ${MAX_LIMIT}`, { param: 'limit' });
  }
  return limit;
}

function created(call: Call): Pick<ListQuery, 'createdFrom' | 'createdUntil'> {
  const range = call.params.nested('created');
  if (!range) return {};
  const gt = range.integer('gt');
  const lt = range.integer('lt');
  const gte = range.integer('gte') ?? (gt === undefined ? undefined : gt + 1);
  const lte = range.integer('lte') ?? (lt === undefined ? undefined : lt - 1);
  range.rejectUnknown();
  return { createdFrom: gte, createdUntil: lte };
}
