import { violatedConstraint } from '@finflow/chassis/database/sql-state';
import { alreadyExists } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { derivedId, newId } from '@finflow/chassis/ids';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { assertUncommon } from '../credentials/common-passwords.ts';
import { normalizeEmail } from '../domain/email.ts';
import { networkOf } from '../domain/network.ts';
import { assertSettings } from '../domain/organization.ts';
import { userCreated } from '../events/published.ts';
import type { AuthParts } from '../parts.ts';
import { memberships, organizations } from '../store/organizations.ts';
import { users } from '../store/users.ts';
import { assertSamePassword } from './assert-same-password.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly organizationName: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly address: string;
  readonly key: RequestKey | undefined;
}

export interface Registered {
  readonly id: string;
  readonly email: string;
  readonly organizationId: string;
}

/**
 * Makes an account and the organization it owns, and publishes `user_created`.
 *
 * @throws DomainError ALREADY_EXISTS `EMAIL_TAKEN`; INVALID_ARGUMENT `PASSWORD_TOO_COMMON`, `UNKNOWN_CURRENCY`,
 * `UNKNOWN_TIME_ZONE`; RESOURCE_EXHAUSTED `TOO_MANY_ATTEMPTS`
 */
export async function register(parts: AuthParts, registration: Registration): Promise<Registered> {
  const { database, clock, hasher, attempts, limits } = parts;
  const email = normalizeEmail(registration.email);
  const name = registration.organizationName.trim() || (email.split('@')[0] ?? email);
  const currencyCode = registration.currencyCode || 'USD';
  const timeZone = registration.timeZone || 'UTC';
  assertSettings({ currencyCode, timeZone });
  await assertUncommon(registration.password);
  await attempts.count(`register:address:${networkOf(registration.address)}`, limits.REGISTRATIONS_PER_ADDRESS);
  // Before the transaction: a connection must not wait for a hash.
  const passwordHash = await hasher.hash(registration.password);

  let isRepeat = true;
  let registered: Registered;
  try {
    // There is no organization yet to keep the request id under, so each email has a room of its own.
    registered = await database.system((tx) =>
      once(tx, derivedId('register', email), registration.key, async () => {
        isRepeat = false;
        const now = clock.now();
        const times = { createdAt: now, updatedAt: now };
        const user = { id: newId(), email, passwordHash, platformRole: 'USER' as const, ...times };
        const organization = { organizationId: newId(), name, currencyCode, timeZone, ...times };
        const { organizationId } = organization;
        await tx.insert(users, user);
        await tx.insert(organizations, organization);
        await tx.insert(memberships, { organizationId, userId: user.id, role: 'OWNER', joinedAt: now });
        await appendEvents(tx, [userCreated(user, organization)]);
        return { id: user.id, email, organizationId };
      }),
    );
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_unique') {
      throw alreadyExists('EMAIL_TAKEN', 'There is an account with this email already; sign in instead.', 'email');
    }
    throw error;
  }
  if (isRepeat) await assertSamePassword(parts, registered.id, registration.password);
  return registered;
}
