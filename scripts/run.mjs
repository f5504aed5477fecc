#!/usr/bin/env node
// What every root npm script calls: `node scripts/run.mjs NAME [arguments]`.
// Plain JavaScript on purpose: it runs before anything is installed, on whatever Node the machine has.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { commands, usage } from './commands.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, runNode } from './node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} argv */
async function main(argv) {
  const [name, ...args] = argv;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(usage(name));
    return 2;
  }
  if (command.help !== undefined && args.some((arg) => arg === '--help' || arg === '-h')) {
    process.stdout.write(readFileSync(path.join(root, command.help), 'utf8'));
    return 0;
  }
  await ensureInstalled(root);
  const node = findNode(root);
  for (const program of command.programs(args)) {
    const exitCode = await runNode(node, root, program);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
