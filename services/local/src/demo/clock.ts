import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, systemClock } from '@finflow/chassis/clock';

/** The machine's clock, which shows another day to the work done inside `on`. */
export interface DemoClock extends Clock {
  /**
   * Runs `work` at a time (UTC, noon unless given) of a calendar date, or now when that is still to come. Everything else,
   * at the same time, sees the real time.
   */
  on<T>(date: string, work: () => Promise<T>, time?: string): Promise<T>;
}

/** A clock by which three years of history can be made in seconds while the platform's own jobs live in the present. */
export function demoClock(): DemoClock {
  const instants = new AsyncLocalStorage<Date>();
  return {
    now: () => instants.getStore() ?? systemClock.now(),
    on(date, work, time = '12:00') {
      const instant = new Date(`${date}T${time}Z`);
      const now = systemClock.now();
      return instants.run(instant < now ? instant : now, work);
    },
  };
}
