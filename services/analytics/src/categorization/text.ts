/** More of a description than this says nothing new and would only cost time. */
const MOST_WORDS = 24;
/** Decomposing a character can make eighteen of it; no word gets longer than this by it. */
const LONGEST_WORD = 40;

/**
 * The words of a description as a person would read them: lower case, without accents, punctuation and the reference
 * numbers that make two payments to one merchant look different.
 */
export function words(description: string): string[] {
  return description
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== '' && !isReference(word))
    .slice(0, MOST_WORDS)
    .map((word) => word.slice(0, LONGEST_WORD));
}

/**
 * Numbers, and codes that mix letters with at least as many digits as a reference does. Names such as `o2`, `3m` or
 * `99designs` stay.
 */
function isReference(word: string): boolean {
  const digits = word.replace(/[^\p{Number}]/gu, '').length;
  return digits === word.length || (digits >= 2 && word.length >= 5 && digits * 3 >= word.length);
}
