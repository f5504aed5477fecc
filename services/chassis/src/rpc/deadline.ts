import { AsyncLocalStorage } from 'node:async_hooks';
import type { HandlerContext } from '@connectrpc/connect';
import { watch } from './interceptors/streams.ts';
import type { ServedService } from './serve.ts';

/** By the monotonic clock, in milliseconds. */
const deadlines = new AsyncLocalStorage<number>();

/**
 * What is left of the time that the caller gave the request being handled, in milliseconds; negative once it is over,
 * undefined outside of a request and when the caller set no deadline.
 */
export function remainingTimeMs(): number | undefined {
  const deadline = deadlines.getStore();
  return deadline === undefined ? undefined : deadline - performance.now();
}

type Handler = (input: unknown, context: HandlerContext) => unknown;

/**
 * `served`, whose handlers know their caller's deadline wherever they ask another service: work for somebody who has
 * gone is work taken from somebody who waits. Carried beside the call and not through every command, as the trace is,
 * because one gateway that forgets it would be enough.
 */
export function withDeadlines({ service, implementation }: ServedService): ServedService {
  const bounded: Record<string, unknown> = {};
  for (const { localName } of service.methods) {
    const handler = implementation[localName];
    if (typeof handler === 'function') bounded[localName] = within(handler.bind(implementation) as Handler);
  }
  return { service, implementation: bounded };
}

function within(handler: Handler): Handler {
  return (input, context) => {
    const timeoutMs = context.timeoutMs();
    if (timeoutMs === undefined) return handler(input, context);
    const deadline = performance.now() + timeoutMs;
    const reply = deadlines.run(deadline, () => handler(input, context));
    if (!isStream(reply)) return reply;
    // A generator runs where its reader asks, not where it was made.
    return watch(reply, { step: (run) => deadlines.run(deadline, run) });
  };
}

function isStream(reply: unknown): reply is AsyncIterable<unknown> {
  return typeof reply === 'object' && reply !== null && Symbol.asyncIterator in reply;
}
