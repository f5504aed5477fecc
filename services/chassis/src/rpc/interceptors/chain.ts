import type { Validator } from '@bufbuild/protovalidate';
import type { Interceptor } from '@connectrpc/connect';
import type { TokenVerifier } from '../../identity.ts';
import type { Logger } from '../../logger.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { convertErrors } from './errors.ts';
import { logCalls } from './log.ts';
import { traceCalls } from './trace.ts';
import { validateRequests } from './validate.ts';

export interface ChainOptions {
  readonly verifier: TokenVerifier;
  readonly logger: Logger;
  readonly validator: Validator;
}

/** What every call goes through, outermost first. The log sees the error as the caller does; nothing is read of a
 * request before its sender may send it. */
export function interceptorChain({ verifier, logger, validator }: ChainOptions): Interceptor[] {
  return [
    traceCalls(),
    logCalls(logger),
    convertErrors(logger),
    authenticate(verifier),
    authorize(),
    validateRequests(validator),
  ];
}
