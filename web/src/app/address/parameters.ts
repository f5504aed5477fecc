// Query parameters are typed by hand, cut off by mail programs and kept from older versions. Here alone they are read:
// what is not understood counts as not given, because nobody who came by a link could mend it. The router hands over
// undefined for none and a list for one given twice.

/** Free text, trimmed; empty when it is not given, longer than `longest` characters or more than a line. */
export function textIn(parameter: unknown, longest: number): string {
  if (typeof parameter !== 'string') return '';
  const text = parameter.trim();
  return [...text].length > longest || /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text) ? '' : text;
}

/** One of the known words; undefined when it is none of them. */
export function wordIn<T extends string>(parameter: unknown, known: readonly T[]): T | undefined {
  return known.find((word) => word === parameter);
}

/** Those of the known words that `a,b` names, in the order in which they are known. */
export function wordsIn<T extends string>(parameter: unknown, known: readonly T[]): T[] {
  const wanted = new Set(typeof parameter === 'string' ? parameter.split(',') : []);
  return known.filter((word) => wanted.has(word));
}

/** A whole number from `least` on; undefined when it is none. */
export function countIn(parameter: unknown, least: number): number | undefined {
  if (typeof parameter !== 'string' || !/^\d+$/.test(parameter)) return undefined;
  const count = Number(parameter);
  return Number.isSafeInteger(count) && count >= least ? count : undefined;
}
