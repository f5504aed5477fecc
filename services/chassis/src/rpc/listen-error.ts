/** Turns what the system says when a port cannot be had into a sentence a person can act on. */
export function listenError(what: string, host: string, port: number, cause: Error): Error {
  const text = `${(cause as NodeJS.ErrnoException).code ?? ''} ${cause.message}`;
  if (text.includes('EADDRINUSE')) {
    return new Error(`${what} port ${port} is in use by another program; stop it or choose another port`, { cause });
  }
  if (text.includes('EACCES')) return new Error(`${what} port ${port} may not be opened by this user`, { cause });
  return new Error(`${what} cannot listen on ${host} port ${port}: ${cause.message}`, { cause });
}
