import type { Migration } from '@finflow/chassis/database/migrate';
import { Infrastructure } from './1763800000000-infrastructure.ts';
import { Organizations } from './1763800000001-organizations.ts';
import { Sessions } from './1763800000002-sessions.ts';

/** In the order they are applied; a new one goes to the end. */
export const migrations: readonly Migration[] = [Infrastructure, Organizations, Sessions];
