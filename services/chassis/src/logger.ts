import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { exporting } from './telemetry/logs.ts';

export type Logger = PinoLogger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

// Names whose values never belong in a log, at the top of a record and one or two levels below it.
// `source` is a payment's card token.
const secretNames = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'password',
  'newPassword',
  'new_password',
  'passwordHash',
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'secret',
  'apiKey',
  'source',
  'databaseUrl',
];

function below(prefix: string): string[] {
  return secretNames.map((name) => (name.startsWith('[') ? `${prefix}${name}` : `${prefix}.${name}`));
}

const redactedPaths = [
  ...secretNames,
  ...below('*'),
  ...below('*.*'),
  // What drivers hang on their errors: bound values are customers' data.
  'err.parameters',
  'err.query',
  'err.driverError',
  'err.detail',
  'error.parameters',
];

export interface LoggerOptions {
  /** The service's name, on every line. */
  readonly service: string;
  readonly level?: LogLevel;
  /** Where lines go; stdout unless given. */
  readonly destination?: DestinationStream;
}

/**
 * A logger that writes one JSON object a line, with `service`, an ISO `time` and, inside a span, `trace_id`.
 * Secrets are replaced by `[redacted]` wherever they appear under a known name.
 */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    mixin: () => {
      const span = trace.getSpanContext(context.active());
      return span === undefined || !isSpanContextValid(span) ? {} : { trace_id: span.traceId, span_id: span.spanId };
    },
  };
  // Written at once: a line still on a thread of the pool when the process ends would come after its last ones, or never.
  return pino(options, exporting(destination ?? pino.destination({ fd: 1, sync: true })));
}

/** A logger that writes nothing: the default of parts used without one. */
export const silentLogger: Logger = pino({ level: 'silent' });
