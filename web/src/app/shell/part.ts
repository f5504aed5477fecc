/** A part of the app that did not load: FinFlow cannot be reached, or has a new version whose parts have other names. */
export class LostPart extends Error {}

/**
 * How a route imports a part of the app. Without it a failed import could be told from a mistake in a guard only by the
 * browser's words, and each browser has its own.
 *
 * @returns the same import, which rejects with a LostPart
 */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch((cause: unknown) => {
      throw new LostPart('A part of the app did not load.', { cause });
    });
}
