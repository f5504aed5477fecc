import { bytesColumn, instantColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import { EntitySchema } from 'typeorm';

/** One sign-in, kept open by refreshing. */
export interface SessionRow {
  id: string;
  userId: string;
  /** The organization its tokens act in; null for a person without one. */
  organizationId: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  userAgent: string;
  address: string;
}

export const sessions = new EntitySchema<SessionRow>({
  name: 'sessions',
  columns: {
    id: uuidColumn({ primary: true }),
    userId: uuidColumn(),
    organizationId: uuidColumn({ nullable: true }),
    createdAt: instantColumn(),
    lastUsedAt: instantColumn(),
    expiresAt: instantColumn(),
    revokedAt: instantColumn({ nullable: true }),
    userAgent: textColumn(),
    address: textColumn(),
  },
});

/** A refresh token of a session; used ones stay until the session goes, because using one again gives a theft away. */
export interface RefreshTokenRow {
  tokenHash: Buffer;
  sessionId: string;
  createdAt: Date;
  usedAt: Date | null;
}

export const refreshTokens = new EntitySchema<RefreshTokenRow>({
  name: 'refresh_tokens',
  columns: {
    tokenHash: bytesColumn({ primary: true }),
    sessionId: uuidColumn(),
    createdAt: instantColumn(),
    usedAt: instantColumn({ nullable: true }),
  },
});
