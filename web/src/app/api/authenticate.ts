import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { isPublic } from './access-policy.ts';
import type { Session } from './session.ts';

/**
 * Sends the access token with every call whose contract asks for one. A call refused as UNAUTHENTICATED is sent once
 * more with a renewed token; streams are not, since what was sent of them is gone.
 */
export function authenticate(session: Session): Interceptor {
  return (next) => async (request) => {
    if (isPublic(request.method)) return next(request);
    const token = await session.accessToken();
    request.header.set('Authorization', `Bearer ${token}`);
    try {
      return await next(request);
    } catch (thrown) {
      if (request.stream || ConnectError.from(thrown).code !== Code.Unauthenticated) throw thrown;
      await session.renew(token);
      request.header.set('Authorization', `Bearer ${await session.accessToken()}`);
      return next(request);
    }
  };
}
