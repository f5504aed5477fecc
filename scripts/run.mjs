#!/usr/bin/env node
// What every root npm script calls: `node scripts/run.mjs NAME [arguments]`.
// Plain JavaScript on purpose: it runs before anything is installed, on whatever Node the machine has.
import path from 'node:path';
import process from 'node:process';
import { commands, usage } from './commands.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, runNode } from './node.mjs';

const root = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname));

async function main([name, ...args]) {
  const command = name === undefined ? undefined : commands[name];
  if (command === undefined) {
    process.stderr.write(usage(name));
    return 2;
  }
  await ensureInstalled(root);
  const node = findNode(root);
  let exitCode = 0;
  for (const step of command.run(args)) {
    exitCode = await runNode(node, root, step);
    if (exitCode !== 0) break;
  }
  return exitCode;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
