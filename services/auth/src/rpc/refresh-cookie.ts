import type { HandlerContext } from '@connectrpc/connect';
import type { Clock } from '@finflow/chassis/clock';
import { permissionDenied } from '@finflow/chassis/errors';

// The prefix binds the cookie to this very host and to https (browsers count localhost as secure).
const name = '__Host-finflow_refresh';
const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/**
 * The refresh token in the request's cookie; undefined when there is none. A cookie is only believed when the browser
 * says that a page of ours sent it: the second fence behind SameSite=Strict.
 *
 * @throws DomainError PERMISSION_DENIED `ORIGIN_NOT_ALLOWED` when another site's page sent it
 */
export function refreshTokenInCookie({ requestHeader }: HandlerContext): string | undefined {
  const cookies = (requestHeader.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  const value = cookies.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  if (!value) return undefined;
  assertSameOrigin({ requestHeader });
  return value;
}

/**
 * A page of another site must neither use the cookie nor be given one: it would sign its visitor in as somebody else.
 *
 * @throws DomainError PERMISSION_DENIED `ORIGIN_NOT_ALLOWED`
 */
export function assertSameOrigin({ requestHeader }: Pick<HandlerContext, 'requestHeader'>): void {
  if (!isSameOrigin(requestHeader)) {
    throw permissionDenied('ORIGIN_NOT_ALLOWED', 'The refresh cookie is for FinFlow’s own pages only.');
  }
}

function isSameOrigin(header: Headers): boolean {
  const site = header.get('sec-fetch-site');
  if (site) return site === 'same-origin';
  const origin = header.get('origin');
  // No browser: a program that was given the cookie's value.
  if (!origin) return true;
  return URL.canParse(origin) && new URL(origin).host === header.get('host');
}

/** Puts the refresh token into the answer's cookie. */
export function setRefreshCookie(
  { responseHeader }: HandlerContext,
  token: string,
  expiresAt: Date,
  clock: Clock,
): void {
  const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000));
  responseHeader.append('set-cookie', `${name}=${token}; Max-Age=${maxAge}; ${attributes}`);
}

/** Takes the cookie away. */
export function clearRefreshCookie({ responseHeader }: HandlerContext): void {
  responseHeader.append('set-cookie', `${name}=; Max-Age=0; ${attributes}`);
}
