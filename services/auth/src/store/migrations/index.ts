import type { Migration } from '@finflow/chassis/database/migrate';
import { Infrastructure } from './0001-infrastructure.ts';
import { Organizations } from './0002-organizations.ts';
import { Sessions } from './0003-sessions.ts';

/** In the order they are applied; a new one goes to the end. */
export const migrations: readonly Migration[] = [Infrastructure, Organizations, Sessions];
