import { inflows } from './lexicon-inflows.ts';
import { operations } from './lexicon-operations.ts';
import { people } from './lexicon-people.ts';
import { premises } from './lexicon-premises.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One vocabulary for each category of the catalogue; a test compares the two. */
export const lexicon: readonly Vocabulary[] = [...premises, ...operations, ...people, ...inflows];
