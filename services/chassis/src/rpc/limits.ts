/** The largest request, and the largest message of a stream, in bytes. */
export const maxMessageBytes = 1_048_576;
