import type { IncomingMessage, ServerResponse } from 'node:http';
import { API_VERSION, type Clock } from './call.ts';
import type { Control, FaultKind } from './control.ts';
import { type ControlRoutes, isControlPath } from './control-routes.ts';
import { apiError, invalidRequest, SandboxError, unauthorized } from './errors.ts';
import { decodeForm } from './form.ts';
import { idempotently, type RecordedReply } from './idempotency.ts';
import { objectId } from './ids.ts';
import { Params } from './params.ts';
import { findRoute } from './routes.ts';
import type { Store } from './store.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export interface ApiOptions {
  readonly store: Store;
  readonly control: Control;
  readonly controlRoutes: ControlRoutes;
  readonly clock: Clock;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Called after each request that may have made something due. */
  readonly changed: () => void;
  readonly report: (problem: string) => void;
}

interface ApiRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly encodedParams: string;
  readonly idempotencyKey: string | null;
}

/** The request handler: Stripe's API under /v1, test controls under /_sandbox, /healthz for whoever waits for it. */
export function createApi(options: ApiOptions): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    handle(options, req, res).catch((error: Error) => {
      options.report(`request failed: ${error.message}`);
      res.destroy();
    });
  };
}

async function handle(options: ApiOptions, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://sandbox.invalid');
  const method = req.method ?? 'GET';
  const id = objectId('req');
  res.setHeader('Request-Id', id);
  res.setHeader('Stripe-Version', API_VERSION);
  if (url.pathname === '/healthz') return send(res, 200, '{"status":"ok"}');
  // Browsers exchange card details for tokens from another origin; nothing here is told apart by cookies.
  res.setHeader('Access-Control-Allow-Origin', '*');
  if (method === 'OPTIONS') return sendPreflight(res);
  try {
    const encodedParams = method === 'GET' ? url.search.slice(1) : await readBody(req);
    const key = req.headers['idempotency-key'];
    const idempotencyKey = method === 'POST' && typeof key === 'string' && key !== '' ? key : null;
    const request: ApiRequest = { id, method, path: url.pathname, encodedParams, idempotencyKey };
    if (isControlPath(request.path)) {
      authenticate(req, [options.secretKey]);
      return send(res, 200, JSON.stringify(await options.controlRoutes.handle(method, request.path, encodedParams)));
    }
    const fault = options.control.takeFault(method, request.path);
    if (fault && !fault.endsWith('_after')) return fail(res, fault);
    const reply = await answer(options, req, request);
    options.changed();
    if (fault) return fail(res, fault);
    if (idempotencyKey) res.setHeader('Idempotency-Key', idempotencyKey);
    if (reply.original) res.setHeader('Idempotent-Replayed', 'true').setHeader('Original-Request', reply.original);
    send(res, reply.status, reply.body);
  } catch (error) {
    const refused = error instanceof SandboxError ? error : apiError('The sandbox failed on this request.');
    if (refused.status >= 500) options.report(`request ${id} failed: ${(error as Error).message}`);
    if (refused.status === 413) res.setHeader('Connection', 'close');
    send(res, refused.status, JSON.stringify({ error: refused.body }));
  }
}

async function answer(options: ApiOptions, req: IncomingMessage, request: ApiRequest): Promise<RecordedReply> {
  const found = findRoute(request.method, request.path);
  const keys = found?.route.publishable ? [options.secretKey, options.publishableKey] : [options.secretKey];
  const form = decodeForm(request.encodedParams);
  const formKey = typeof form.key === 'string' ? form.key : undefined;
  delete form.key;
  authenticate(req, keys, formKey);
  if (!found) {
    const message = `Unrecognized request URL (${request.method}: ${request.path.slice(0, 200)}).`;
    throw new SandboxError(404, { type: 'invalid_request_error', message });
  }
  const now = options.clock.now();
  return options.store.transaction(async (tx) => {
    const run = () =>
      found.route.handler({
        tx,
        now,
        control: options.control,
        request: { id: request.id, idempotencyKey: request.idempotencyKey },
        params: new Params(form),
        id: found.id,
      });
    if (request.idempotencyKey) {
      return idempotently(tx, { ...request, key: request.idempotencyKey, requestId: request.id, now }, run);
    }
    const reply = await run();
    return { status: reply.status, body: JSON.stringify(reply.body) };
  });
}

/** Bearer, or Basic with the key as user name; `pk_` keys may also come in the form, as browsers send them. */
function authenticate(req: IncomingMessage, keys: readonly string[], formKey?: string): void {
  const header = req.headers.authorization ?? '';
  const [scheme, credential = ''] = header.split(' ');
  const given =
    scheme === 'Basic' ? Buffer.from(credential, 'base64').toString('utf8').split(':')[0] : credential || formKey;
  if (!given) {
    throw unauthorized('You did not provide an API key. Use HTTP Bearer authentication with your secret key.');
  }
  if (!keys.includes(given)) throw unauthorized('Invalid API Key provided.');
}

function fail(res: ServerResponse, fault: FaultKind): void {
  const kind = fault.replace('_after', '');
  if (kind === 'drop') {
    res.destroy();
  } else if (kind === 'rate_limit') {
    const body = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' } };
    send(res, 429, JSON.stringify(body));
  } else if (kind === 'error') {
    send(res, 500, JSON.stringify({ error: apiError('An unknown error occurred.').body }));
  }
  // 'timeout' leaves the request unanswered until its sender gives up or the sandbox stops.
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  res.end(body);
}

function sendPreflight(res: ServerResponse): void {
  res.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'authorization, content-type, idempotency-key, stripe-version',
    'Access-Control-Max-Age': '600',
  });
  res.end();
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new SandboxError(413, {
        type: 'invalid_request_error',
        message: `Request bodies have at most ${MAX_BODY_BYTES} bytes.`,
      });
    }
    chunks.push(chunk);
  }
  const type = req.headers['content-type'] ?? '';
  if (size > 0 && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalidRequest('Request bodies must be form encoded (application/x-www-form-urlencoded).');
  }
  return Buffer.concat(chunks).toString('utf8');
}
