import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import type { AuthConfig } from './config.ts';
import type { PasswordHasher } from './credentials/password-hasher.ts';
import type { Attempts } from './store/attempts.ts';
import type { AccessTokens } from './tokens/access-tokens.ts';

/** What commands and queries work with; made once in `service.ts`. */
export interface AuthParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly accessTokens: AccessTokens;
  /** The key that invitation tokens are made with. */
  readonly invitationKey: Buffer;
  readonly limits: Pick<
    AuthConfig,
    | 'FAILURES_PER_ACCOUNT'
    | 'FAILURES_PER_ADDRESS'
    | 'REGISTRATIONS_PER_ADDRESS'
    | 'SESSION_IDLE_DAYS'
    | 'SESSION_MAX_DAYS'
  >;
}

/** Where a request without an account comes from. */
export interface Origin {
  /** IP address; empty when unknown. */
  readonly address: string;
  readonly userAgent: string;
}
