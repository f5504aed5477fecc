import { type Control, faultKinds } from './control.ts';
import { SandboxError } from './errors.ts';
import { decodeForm } from './form.ts';
import { Params } from './params.ts';
import { testCards } from './test-cards.ts';
import type { WebhookDelivery } from './webhooks/delivery.ts';

const PREFIX = '/_sandbox/';

/** Whether the path asks for a control and not for Stripe's API. */
export function isControlPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/**
 * Test controls over HTTP, form encoded like the API:
 * - `GET  /_sandbox/cards` the test cards
 * - `POST /_sandbox/faults` `kind`, `count`, `path`, `method`
 * - `POST /_sandbox/settlements` `outcome`, `after_ms`
 * - `POST /_sandbox/webhooks` `url`, `held`, `duplicates`, `delay_ms`
 * - `POST /_sandbox/webhooks/deliver` `order` (created or reverse), `duplicates`: sends all that is undelivered now
 * - `POST /_sandbox/reset` back to good behaviour
 */
export class ControlRoutes {
  readonly #control: Control;
  readonly #delivery: WebhookDelivery;
  readonly #wake: () => void;

  constructor(control: Control, delivery: WebhookDelivery, wake: () => void) {
    this.#control = control;
    this.#delivery = delivery;
    this.#wake = wake;
  }

  async handle(method: string, path: string, encodedParams: string): Promise<object> {
    const params = new Params(decodeForm(encodedParams));
    const reply = await this.#dispatch(`${method} ${path.slice(PREFIX.length - 1)}`, params);
    this.#wake();
    return reply;
  }

  async #dispatch(route: string, params: Params): Promise<object> {
    switch (route) {
      case 'GET /cards':
        return { data: testCards };
      case 'POST /faults':
        return this.#fault(params);
      case 'POST /settlements':
        return this.#settlement(params);
      case 'POST /webhooks':
        return this.#webhooks(params);
      case 'POST /webhooks/deliver':
        return this.#deliver(params);
      case 'POST /reset':
        this.#control.reset();
        return {};
      default:
        throw new SandboxError(404, { type: 'invalid_request_error', message: 'No such control.' });
    }
  }

  #fault(params: Params): object {
    const kind = params.oneOf('kind', faultKinds) ?? 'error';
    this.#control.fail({
      kind,
      count: params.integer('count') ?? 1,
      path: params.text('path') ?? '/v1/',
      method: params.text('method') ?? 'POST',
    });
    params.rejectUnknown();
    return {};
  }

  #settlement(params: Params): object {
    const outcome = params.oneOf('outcome', ['succeeded', 'declined']) ?? 'succeeded';
    this.#control.settleNextSlowly({ outcome, afterMs: params.integer('after_ms') ?? 0 });
    params.rejectUnknown();
    return {};
  }

  #webhooks(params: Params): object {
    this.#control.webhookUrl = params.text('url') ?? this.#control.webhookUrl;
    this.#control.webhooksHeld = params.boolean('held') ?? this.#control.webhooksHeld;
    this.#control.webhookDuplicates = params.integer('duplicates') ?? this.#control.webhookDuplicates;
    this.#control.webhookDelayMs = params.integer('delay_ms') ?? this.#control.webhookDelayMs;
    params.rejectUnknown();
    const { webhooksHeld, webhookDuplicates, webhookDelayMs } = this.#control;
    return { held: webhooksHeld, duplicates: webhookDuplicates, delay_ms: webhookDelayMs };
  }

  async #deliver(params: Params): Promise<object> {
    const order = params.oneOf('order', ['created', 'reverse']) ?? 'created';
    const duplicates = params.integer('duplicates') ?? 0;
    params.rejectUnknown();
    return { data: await this.#delivery.deliverAll(order, duplicates) };
  }
}
