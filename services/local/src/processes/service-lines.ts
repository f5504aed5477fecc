import type { LogLevel } from '@finflow/chassis/logger';

const ranks: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: 70,
};
const NAME_WIDTH = 'card-sandbox'.length;

/** A line of a service as the terminal shows it; undefined when it is below `level`. What is no log line is shown. */
export function serviceLine(service: string, line: string, level: LogLevel): string | undefined {
  const own = /^\{"level":"(\w+)"/.exec(line)?.[1] as LogLevel | undefined;
  const rank = own === undefined ? ranks.fatal : (ranks[own] ?? ranks.fatal);
  return rank < ranks[level] ? undefined : labelled(service, line);
}

/** A line after the name of who wrote it. */
export function labelled(service: string, line: string): string {
  return `${service.padEnd(NAME_WIDTH)} | ${line}`;
}

/** At which level a service must log so that `level` can be shown: its line "started" is news. */
export function levelOfServices(level: LogLevel): LogLevel {
  return ranks[level] < ranks.info ? level : 'info';
}
