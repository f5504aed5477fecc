import { API_VERSION, type Call, ok, type Reply, type Scope, seconds } from '../call.ts';
import { noSuch } from '../errors.ts';
import { objectId } from '../ids.ts';
import { listReply } from '../listing.ts';
import type { ApiObject } from '../store.ts';
import type { SandboxEvent } from './objects.ts';

/**
 * Records that something happened to an object, as it is now, and queues its webhook. In the transaction of the
 * change: there is no change without its event and no event without its change.
 */
export async function emit(scope: Scope, type: string, object: ApiObject): Promise<void> {
  const event: SandboxEvent = {
    id: objectId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: seconds(scope.now),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: scope.request.id, idempotency_key: scope.request.idempotencyKey },
    type,
  };
  const due = new Date(scope.now.getTime() + scope.control.webhookDelayMs);
  await scope.tx.query(
    `WITH event AS (INSERT INTO objects (id, kind, body) VALUES ($1, 'event', $2) RETURNING id)
     INSERT INTO deliveries (event_id, created_at, due_at) SELECT id, $3, $4 FROM event`,
    [event.id, JSON.stringify(event), scope.now, due],
  );
}

/** GET /v1/events/:id */
export async function retrieveEvent({ id, params, tx }: Call): Promise<Reply> {
  params.rejectUnknown();
  const stored = await tx.find('event', id);
  if (!stored) throw noSuch('event', id, 'id');
  return ok(stored.body);
}

/** GET /v1/events, filtered by `type` or `types`. */
export function listEvents(call: Call): Promise<Reply> {
  return listReply(call, 'event', '/v1/events', ['type'], (query) => {
    const types = call.params.list('types');
    if (types.length > 0) query.whereIn = { field: 'type', values: types };
  });
}
