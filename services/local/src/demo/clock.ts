import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, systemClock } from '@finflow/chassis/clock';

/** The machine's clock, which shows another day to the work done inside `on`. */
export interface DemoClock extends Clock {
  /** Runs `work` at noon (UTC) of a calendar date. Everything else, at the same time, sees the real time. */
  on<T>(date: string, work: () => Promise<T>): Promise<T>;
}

/** A clock by which three years of history can be made in seconds while the platform's own jobs live in the present. */
export function demoClock(): DemoClock {
  const instants = new AsyncLocalStorage<Date>();
  return {
    now: () => instants.getStore() ?? systemClock.now(),
    on: (date, work) => instants.run(new Date(`${date}T12:00:00Z`), work),
  };
}
