import { type Clock, seconds } from '../call.ts';
import type { Control } from '../control.ts';
import type { ApiObject, Store } from '../store.ts';
import { signatureHeader } from './signature.ts';

const BATCH = 16;
const ATTEMPT_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 3_600_000;
/** Stripe, too, gives up after three days. */
const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;

export interface WebhookEndpoint {
  /** Where events go; undefined while nobody listens yet: events wait. */
  url: () => string | undefined;
  secret: string;
  /** Whether events of this type are sent. */
  wants: (type: string) => boolean;
}

interface Delivery {
  event_id: string;
  attempts: number;
  created_at: Date;
  event: ApiObject & { type: string };
}

/** What came of one attempt: the HTTP status, or 0 when there was no answer. */
export interface Attempt {
  readonly eventId: string;
  readonly type: string;
  readonly status: number;
}

/**
 * Sends events until each has been answered with a 2xx: at least once, in no promised order, with exponential backoff.
 * The queue is in the database, so what was not delivered before a crash is delivered after it.
 */
export class WebhookDelivery {
  readonly #store: Store;
  readonly #control: Control;
  readonly #clock: Clock;
  readonly #endpoint: WebhookEndpoint;

  constructor(options: { store: Store; control: Control; clock: Clock; endpoint: WebhookEndpoint }) {
    this.#store = options.store;
    this.#control = options.control;
    this.#clock = options.clock;
    this.#endpoint = options.endpoint;
  }

  /** Sends one batch of what is due; false when there was nothing to send, nobody to send to, or webhooks are held. */
  async deliverDue(): Promise<boolean> {
    const url = this.#endpoint.url();
    if (this.#control.webhooksHeld || !url) return false;
    const due = await this.#waiting('AND d.due_at <= $1 ORDER BY d.sequence LIMIT $2', [this.#clock.now(), BATCH]);
    if (due.length === 0) return false;
    await Promise.all(due.map((delivery) => this.#attempt(url, delivery, 1 + this.#control.webhookDuplicates)));
    return true;
  }

  /** Sends everything undelivered, due or not, one after another in the order asked for, each `1 + duplicates` times. */
  async deliverAll(order: 'created' | 'reverse', duplicates: number): Promise<Attempt[]> {
    const url = this.#endpoint.url();
    if (!url) return [];
    const waiting = await this.#waiting(`ORDER BY d.sequence ${order === 'reverse' ? 'DESC' : 'ASC'}`, []);
    const attempts: Attempt[] = [];
    for (const delivery of waiting) attempts.push(...(await this.#attempt(url, delivery, 1 + duplicates)));
    return attempts;
  }

  /** How many wanted events have not been delivered yet. */
  async undelivered(): Promise<number> {
    return (await this.#waiting('', [])).length;
  }

  async #waiting(suffix: string, values: unknown[]): Promise<Delivery[]> {
    const rows = await this.#store.query<Delivery>(
      `SELECT d.event_id, d.attempts, d.created_at, o.body AS event
       FROM deliveries d JOIN objects o ON o.id = d.event_id
       WHERE d.delivered_at IS NULL AND d.abandoned_at IS NULL ${suffix}`,
      values,
    );
    const unwanted = rows.filter((row) => !this.#endpoint.wants(row.event.type)).map((row) => row.event_id);
    if (unwanted.length > 0) {
      const sql = 'UPDATE deliveries SET abandoned_at = $2 WHERE event_id = ANY ($1)';
      await this.#store.query(sql, [unwanted, this.#clock.now()]);
    }
    return rows.filter((row) => this.#endpoint.wants(row.event.type));
  }

  async #attempt(url: string, delivery: Delivery, times: number): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    let problem = '';
    for (let i = 0; i < times; i++) {
      const outcome = await this.#post(url, JSON.stringify(delivery.event));
      attempts.push({ eventId: delivery.event_id, type: delivery.event.type, status: outcome.status });
      problem = outcome.problem;
    }
    const delivered = attempts.some(({ status }) => status >= 200 && status < 300);
    await this.#record(delivery, delivered ? undefined : problem);
    return attempts;
  }

  async #post(url: string, payload: string): Promise<{ status: number; problem: string }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signatureHeader(payload, this.#endpoint.secret, this.#clock.now()),
          'user-agent': 'Stripe/1.0 (+https://docs.stripe.com/webhooks)',
        },
        body: payload,
        redirect: 'manual',
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      });
      await response.arrayBuffer();
      return { status: response.status, problem: `answered ${response.status}` };
    } catch (error) {
      return { status: 0, problem: (error as Error).message };
    }
  }

  async #record(delivery: Delivery, problem: string | undefined): Promise<void> {
    const now = this.#clock.now();
    if (problem === undefined) {
      await this.#store.query(
        'UPDATE deliveries SET attempts = attempts + 1, delivered_at = $2, last_error = NULL WHERE event_id = $1',
        [delivery.event_id, now],
      );
      return;
    }
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** delivery.attempts, MAX_RETRY_MS);
    const abandoned = seconds(now) - seconds(delivery.created_at) > GIVE_UP_AFTER_MS / 1000 ? now : null;
    await this.#store.query(
      'UPDATE deliveries SET attempts = attempts + 1, due_at = $2, abandoned_at = $3, last_error = $4 WHERE event_id = $1',
      [delivery.event_id, new Date(now.getTime() + waitMs), abandoned, problem.slice(0, 500)],
    );
  }
}
