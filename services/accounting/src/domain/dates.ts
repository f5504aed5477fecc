/** Calendar dates are `YYYY-MM-DD`, so they compare as text. */

export function earlier(one: string, other: string): string {
  return [one, other].sort()[0] ?? one;
}

export function later(one: string, other: string): string {
  return [one, other].sort()[1] ?? one;
}
