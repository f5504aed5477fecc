/** Splits a readable block of `a | b | c` into its phrases. */
export function phrases(block: TemplateStringsArray): string[] {
  return (block[0] ?? '')
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}
