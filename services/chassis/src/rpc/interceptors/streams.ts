/** Called as the elements of a stream pass; `end` exactly once, with the error when there was one. */
export interface StreamWatch {
  /** Wraps each step of the source, to run it in a context of its own. */
  readonly step?: <T>(run: () => Promise<T>) => Promise<T>;
  /** Turns what the source threw into what the reader gets. */
  readonly fail?: (error: unknown) => unknown;
  readonly end?: (error?: unknown) => void;
}

/** Passes `source` on unchanged, with an eye on its end: interceptors return long before a stream is over. */
export async function* watch<T>(source: AsyncIterable<T>, { step, fail, end }: StreamWatch): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const next = () => iterator.next();
  let outcome: unknown;
  let finished = false;
  try {
    while (true) {
      const result = await (step ? step(next) : next());
      if (result.done) break;
      yield result.value;
    }
    finished = true;
  } catch (error) {
    finished = true;
    outcome = fail ? fail(error) : error;
    throw outcome;
  } finally {
    if (!finished) await iterator.return?.();
    end?.(outcome);
  }
}
