import { deadLetterReplay } from '@finflow/chassis/database/infrastructure';
import { sqlMigration } from '@finflow/chassis/database/migrate';

/** What the replay of dead letters needs. */
export const replayOfDeadLetters = sqlMigration('DeadLetterReplay1764000000004', deadLetterReplay());
