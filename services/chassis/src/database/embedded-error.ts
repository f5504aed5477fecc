export type EmbeddedServerReason =
  | 'DATA_IN_USE'
  | 'DATA_OF_OTHER_VERSION'
  | 'PORT_IN_USE'
  | 'DISK_FULL'
  | 'START_FAILED';

/** Why the embedded server did not start; the message is one sentence for a person. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
  readonly reason: EmbeddedServerReason;

  constructor(reason: EmbeddedServerReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The error that a program's log tells of. */
export function explain(log: string, dataDir: string, port?: number): EmbeddedServerError {
  if (/could not bind|could not create any TCP/i.test(log)) {
    return new EmbeddedServerError('PORT_IN_USE', `Port ${port} on 127.0.0.1 is in use by another program.`);
  }
  if (/No space left on device/i.test(log)) {
    return diskFull(dataDir);
  }
  const last = log.trim().split('\n').slice(-5).join('\n');
  return new EmbeddedServerError('START_FAILED', `PostgreSQL in ${dataDir} could not start:\n${last}`);
}

export function diskFull(dataDir: string): EmbeddedServerError {
  return new EmbeddedServerError('DISK_FULL', `The disk holding ${dataDir} is full.`);
}
