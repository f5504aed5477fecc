import { Code, type ConnectError, type Interceptor } from '@connectrpc/connect';
import type { Logger } from '../../logger.ts';
import { correlationIdKey } from '../context.ts';
import { malformed, malformedFieldKey } from '../malformed.ts';
import { reasonFor, reasonOf, toWireError, wireError } from '../wire-error.ts';
import { watch } from './streams.ts';

/**
 * The one place where an error becomes a wire error. What the caller may know passes with its reason; anything else
 * is logged with its stack and answered as INTERNAL with nothing but the id to find that log line by.
 */
export function convertErrors(logger: Logger): Interceptor {
  return (next) => async (req) => {
    const convert = (error: unknown): ConnectError => {
      const known = toWireError(error, req.signal);
      // The message of a stream is read in here: what is wrong with it is told as for a unary call.
      if (known !== undefined && reasonOf(known) === reasonFor(Code.InvalidArgument)) {
        return malformed(known.rawMessage, req.contextValues.get(malformedFieldKey)());
      }
      if (known !== undefined) return known;
      const correlationId = req.contextValues.get(correlationIdKey);
      logger.error(
        { err: error, rpc: `${req.service.typeName}/${req.method.name}`, correlation_id: correlationId },
        'unexpected error',
      );
      return wireError(Code.Internal, 'INTERNAL', `Internal error; quote ${correlationId} when you report it.`, {
        metadata: { correlationId },
      });
    };
    try {
      const response = await next(req);
      if (!response.stream) return response;
      return { ...response, message: watch(response.message, { fail: convert }) };
    } catch (error) {
      throw convert(error);
    }
  };
}
