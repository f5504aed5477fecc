import type { Containers } from './containers.ts';

/** Says of one thing whether it is as it should be. */
export type Expect = (what: string, found: unknown, wanted: unknown) => void;

export interface Checking {
  readonly containers: Containers;
  readonly reference: string;
  readonly expect: Expect;
}

/** Looks again and again. @throws Error naming what did not come within 30 seconds */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited 30 s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
