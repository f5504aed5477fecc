/** The ILIKE pattern of text that contains this; its own wildcards are taken literally. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
