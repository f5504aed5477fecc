import { type AnyValue, logs, SeverityNumber } from '@opentelemetry/api';

const severities: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/** What log lines are written to. */
interface Destination {
  write(line: string): void;
}

/**
 * Passes lines on to `destination` and, where `telemetry.ts` has set up somewhere to send logs, there as well. They are
 * read back from the finished line, so that nothing leaves which was kept out of it. The trace is that of the span in
 * which a line is written.
 */
export function exporting(destination: Destination): Destination {
  const logger = logs.getLogger('@finflow/chassis');
  if (!logger.enabled()) return destination;
  return {
    write(line) {
      destination.write(line);
      const { time, level, message, service, trace_id, span_id, err, ...rest } = JSON.parse(line);
      const exception = err && {
        'exception.type': err.type,
        'exception.message': err.message,
        'exception.stacktrace': err.stack,
      };
      logger.emit({
        timestamp: new Date(time),
        severityNumber: severities[level] ?? SeverityNumber.UNSPECIFIED,
        severityText: level,
        body: message as AnyValue,
        attributes: { ...rest, ...exception },
      });
    },
  };
}
