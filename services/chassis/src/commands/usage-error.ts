import { OperatorError } from '../operator-error.ts';

/** A command line that asks for nothing we know: exit code 2. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
}
