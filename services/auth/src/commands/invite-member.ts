import { alreadyExists, resourceExhausted } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { hashOf, invitationToken } from '../credentials/secret-token.ts';
import { normalizeEmail } from '../domain/email.ts';
import { assertMayChange } from '../domain/membership.ts';
import type { AuthParts } from '../parts.ts';
import { type InvitationRow, invitations } from '../store/invitations.ts';
import { presentRole } from '../store/organizations.ts';

const lifetimeMs = 7 * 86_400_000;
const maxOpen = 200;

export interface Invited {
  readonly invitation: Omit<InvitationRow, 'tokenHash'>;
  /** The secret that accepts it; only its hash is stored. */
  readonly token: string;
}

/**
 * Invites somebody by email, in place of an open invitation of the same address.
 *
 * @throws DomainError ALREADY_EXISTS `ALREADY_A_MEMBER`; PERMISSION_DENIED `OWNER_REQUIRED`, `ROLE_TOO_LOW`;
 * RESOURCE_EXHAUSTED `TOO_MANY_INVITATIONS`
 */
export async function inviteMember(
  { database, clock, invitationKey }: AuthParts,
  member: Member,
  input: { email: string; role: OrganizationRole },
  key: RequestKey | undefined,
): Promise<Invited> {
  const { organizationId } = member;
  const email = normalizeEmail(input.email);
  const invitation = await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      // In turn: two invitations of one person at once must not both be open, nor two pass the bound.
      await tx.query('select 1 from organizations where organization_id = $1 for update', [organizationId]);
      assertMayChange(await presentRole(tx, organizationId, member.userId), input.role);
      const [already] = await tx.query('select 1 from memberships join users on users.id = user_id where email = $1', [
        email,
      ]);
      if (already) throw alreadyExists('ALREADY_A_MEMBER', 'This person is a member already.', 'email');
      await tx.query('delete from invitations where email = $1 or expires_at <= $2', [email, clock.now()]);
      if ((await tx.count(invitations)) >= maxOpen) {
        throw resourceExhausted(
          'TOO_MANY_INVITATIONS',
          `There are ${maxOpen} open invitations; wait until some are accepted.`,
        );
      }
      const now = clock.now();
      const row = {
        organizationId,
        id: newId(),
        email,
        role: input.role,
        invitedBy: member.userId,
        createdAt: now,
        expiresAt: new Date(now.getTime() + lifetimeMs),
      };
      await tx.insert(invitations, { ...row, tokenHash: hashOf(invitationToken(invitationKey, row.id)) });
      return row;
    }),
  );
  return { invitation, token: invitationToken(invitationKey, invitation.id) };
}
