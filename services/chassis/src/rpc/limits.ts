/** The largest request, and the largest message of a stream, in bytes. */
export const maxMessageBytes = 1_048_576;

/** The most time a caller of the HTTP port may give a call, in milliseconds. */
export const maxTimeoutMs = 600_000;
