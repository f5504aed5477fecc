import type { Migration } from '@finflow/chassis/database/migrate';
import { infrastructure } from './0001-infrastructure.ts';
import { organizations } from './0002-organizations.ts';
import { sessions } from './0003-sessions.ts';
import { replayOfDeadLetters } from './0004-dead-letter-replay.ts';

/** In the order they are applied. Forward only: a change is a new file at the end. */
export const migrations: readonly Migration[] = [infrastructure, organizations, sessions, replayOfDeadLetters];
