import { untilBooksAreOpen } from '../books-not-open.ts';
import type { ServedService } from './serve.ts';

type UnaryMethod = (request: unknown, context: { readonly signal: AbortSignal }) => Promise<unknown>;

/**
 * The same service, whose unary methods wait a moment for the organization's books when they are not open yet. Around
 * the whole method: the waiting is outside of every transaction and queue. A stream waits by itself, before it begins.
 */
export function awaitBooks({ service, implementation }: ServedService): ServedService {
  const unary = service.methods.filter(({ methodKind }) => methodKind === 'unary');
  const waiting = unary.map(({ localName }) => {
    const method = implementation[localName] as UnaryMethod;
    const patient: UnaryMethod = (request, context) =>
      untilBooksAreOpen(() => method(request, context), { signal: context.signal });
    return [localName, patient];
  });
  return { service, implementation: { ...implementation, ...Object.fromEntries(waiting) } };
}
