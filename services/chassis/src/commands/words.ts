/**
 * The words given to a program that takes no options. Anything else, and `--help`, is answered here with the usage.
 *
 * @param usage what to type, and what it is for
 * @param count how many words the program takes
 * @returns undefined when there is nothing to do but to end: the exit code is set
 */
export function wordsGiven(usage: string, count: number): readonly string[] | undefined {
  const words = process.argv.slice(2);
  const asksForHelp = words.includes('--help') || words.includes('-h');
  const mistake = words.length !== count || words.some((word) => word === '' || word.startsWith('-'));
  if (!asksForHelp && !mistake) return words;
  (asksForHelp ? process.stdout : process.stderr).write(`Usage: ${usage}\n`);
  process.exitCode = asksForHelp ? 0 : 2;
  return undefined;
}
