// Fails naming each method without an authorization policy, and each other breach of our own contract rules.
import { join } from 'node:path';
import { compileContracts } from './compile.ts';
import { contractBreaches } from './contract-rules.ts';

const breaches = contractBreaches(compileContracts(join(import.meta.dirname, '../..')));
for (const breach of breaches) console.error(breach);
process.exitCode = breaches.length > 0 ? 1 : 0;
