/**
 * Gives the operator's token as it is now. It is good for an hour, and a rebuild may last longer: whoever writes a new one
 * into the same file is heard at the next connection.
 *
 * @param read fails while the file is being written; the last token is given then
 */
export function operatorToken(first: string, read: () => string): () => string {
  let last = first;
  return () => {
    try {
      last = read();
    } catch {
      // Said above.
    }
    return last;
  };
}
