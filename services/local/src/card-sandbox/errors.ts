/** The body of Stripe's `error` member. */
export interface StripeErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  advice_code?: string;
  param?: string;
  doc_url?: string;
  charge?: string;
  payment_intent?: object;
  payment_method?: object;
}

/** An answer in Stripe's error shape: `{ "error": { type, code, message, … } }` with its HTTP status. */
export class SandboxError extends Error {
  readonly status: number;
  readonly body: StripeErrorBody;

  constructor(status: number, body: StripeErrorBody) {
    super(body.message);
    this.name = 'SandboxError';
    this.status = status;
    this.body = body.code ? { ...body, doc_url: `https://docs.stripe.com/error-codes/${dashed(body.code)}` } : body;
  }
}

/** 400 `invalid_request_error`; `param` names the parameter in Stripe's bracket form. */
export function invalidRequest(message: string, options: { code?: string; param?: string } = {}): SandboxError {
  return new SandboxError(400, { type: 'invalid_request_error', message, ...options });
}

/** 404 `resource_missing`, worded as Stripe does: `No such charge: 'ch_1'`. */
export function noSuch(kind: string, id: string, param: string): SandboxError {
  const message = `No such ${kind}: '${id.slice(0, 200)}'`;
  return new SandboxError(404, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** 401: no key, or one this sandbox was not given. The key itself is not repeated. */
export function unauthorized(message: string): SandboxError {
  return new SandboxError(401, { type: 'invalid_request_error', message });
}

/** 500 `api_error`, for faults injected or our own. */
export function apiError(message: string): SandboxError {
  return new SandboxError(500, { type: 'api_error', message });
}

function dashed(code: string): string {
  return code.replaceAll('_', '-');
}
