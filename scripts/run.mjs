#!/usr/bin/env node
// What every root npm script calls: `node scripts/run.mjs NAME [arguments]`.
// Plain JavaScript on purpose: it runs before anything is installed, on whatever Node the machine has.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commands, usage, usageOf } from './commands.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode, runNode } from './node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} argv */
async function main(argv) {
  const [name, ...args] = argv;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === undefined || command === undefined) {
    process.stderr.write(usage(name));
    return 2;
  }
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    const texts = [command.help ?? []].flat().map((file) => readFileSync(path.join(root, file), 'utf8'));
    process.stdout.write(texts.length > 0 ? texts.join('') : usageOf(name));
    return 0;
  }
  const mistake = command.takes && mistakeIn(args, command.takes);
  if (mistake !== undefined) {
    process.stderr.write(`${mistake}\n${usageOf(name)}`);
    return 2;
  }
  await ensureInstalled(root);
  const node = findNode(root);
  for (const program of command.programs(args)) {
    const exitCode = await runNode(node, root, program);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

/**
 * What is wrong with the arguments, in a sentence; undefined when nothing is.
 * @param {string[]} args
 * @param {import('./commands.mjs').Arguments} takes
 */
function mistakeIn(args, { options, names }) {
  const kinds = Object.entries(options).map(([option, kind]) => [
    option,
    { type: kind === 'flag' ? /** @type {const} */ ('boolean') : /** @type {const} */ ('string') },
  ]);
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: Object.fromEntries(kinds) });
    for (const [option, value] of Object.entries(values)) {
      const bounds = options[option];
      if (bounds === undefined || typeof bounds === 'string') continue;
      const [least, most] = bounds;
      const fits = /^\d{1,9}$/.test(String(value)) && Number(value) >= least && Number(value) <= most;
      if (!fits) return `--${option} must be a whole number from ${least} to ${most}, not '${value}'.`;
    }
    // npm takes an option that stands before its `--` for its own, and leaves us the value.
    const hint = names === 0 && kinds.length > 0 ? ' Options go after `--`.' : '';
    return positionals.length > names ? `"${positionals[names]}" is one word too many.${hint}` : undefined;
  } catch (error) {
    const [sentence = ''] = error instanceof Error ? error.message.split(/\.\s/) : [String(error)];
    return sentence.replace(/\.?$/, '.');
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
