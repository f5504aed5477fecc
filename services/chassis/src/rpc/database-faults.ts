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
  if (typeof error !== 'object' || error === null) return false;
  const { code, syscall, message, errors, driverError } = error as Partial<Record<string, unknown>>;
  if (typeof code === 'string') {
    if (/^(08...|57P0[123]|53300)$/.test(code)) return true;
    // A file that is missing is ENOENT too: only a socket's trouble counts.
    if (socketCodes.has(code) && ['connect', 'read', 'write', 'getaddrinfo'].includes(String(syscall))) return true;
  }
  if (pgMessages.some((start) => String(message).startsWith(start))) return true;
  // Node tries every address of a name and reports all the failures as one.
  if (Array.isArray(errors)) return errors.some(isDatabaseUnavailable);
  return driverError !== error && isDatabaseUnavailable(driverError);
}
