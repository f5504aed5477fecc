/** What whoever runs the program can mend: its message says what and how, and is shown without a stack. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}
