import type { ForecastMethod } from './method.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { theta } from './theta.ts';

const methods: ReadonlyMap<string, ForecastMethod> = new Map(
  [theta, seasonalNaive].map((method) => [method.name, method]),
);

/** The method new forecasts are made with. */
export const DEFAULT_METHOD = theta.name;

/**
 * Looks a method up by its stable name; workers get names, since functions don't cross threads.
 * @throws RangeError for a name nobody has registered.
 */
export function methodNamed(name: string): ForecastMethod {
  const method = methods.get(name);
  if (method === undefined) throw new RangeError(`no forecast method named ${name}`);
  return method;
}
