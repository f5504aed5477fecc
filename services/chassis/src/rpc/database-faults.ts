// Node's own socket failures, and pg's words for a connection that broke or could not be had.
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
const pgMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'sorry, too many clients already',
];

/**
 * Whether PostgreSQL could not be reached, or refused to be spoken to, as opposed to refusing a statement. SQLSTATE
 * class 08 is connection trouble, 57P01 to 57P03 a server that stops or starts, 53300 no connection left.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall, driverError } = error as Error & { code?: unknown; syscall?: unknown; driverError?: unknown };
  if (typeof code === 'string') {
    if (/^(08...|57P0[123]|53300)$/.test(code)) return true;
    // A file that is missing is ENOENT too: only a failed connect or read of a socket counts.
    if (socketCodes.has(code) && ['connect', 'read', 'write', 'getaddrinfo'].includes(String(syscall))) return true;
  }
  if (pgMessages.some((message) => error.message.startsWith(message))) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  return driverError !== undefined && driverError !== error && isDatabaseUnavailable(driverError);
}
