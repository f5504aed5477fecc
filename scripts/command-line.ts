import { readFileSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The arguments are not what the program takes; the message says what is wrong. */
export class UsageError extends Error {}

/** What went wrong, in sentences for whoever typed the command. */
export class CommandError extends Error {}

/** A command's name and its options. @throws UsageError */
export function parseCommand<Name extends string, const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  commands: readonly Name[],
  options: Options,
) {
  const { values, positionals } = parsed(args, options);
  const [given, extra] = positionals;
  if (given === undefined) throw new UsageError('Name a command.');
  const command = commands.find((name) => name === given);
  if (command === undefined) throw new UsageError(`There is no command "${given}".`);
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
  return { command, values };
}

function parsed<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}

/** @throws UsageError when it cannot be the tag of an image */
export function assertTag(tag: string | undefined): void {
  if (tag === undefined || /^\w[\w.-]{0,127}$/.test(tag)) return;
  throw new UsageError(`"${tag}" is no tag: letters, digits, dots, dashes and underscores.`);
}

/**
 * Runs what a command does, and ends it with the exit code that it gives: 2 with the usage for a UsageError, 1 with the
 * sentence for a CommandError. Any other error is a fault of ours, and shows where it is.
 */
export async function runCommand(usageFile: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommandError)) throw error;
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${error.message}\n${isUsage ? readFileSync(usageFile, 'utf8') : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  }
}
