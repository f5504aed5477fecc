import { invalidArgument } from '@finflow/chassis/errors';

const minimumLength = 8;
let known: Promise<ReadonlySet<string>> | undefined;

/**
 * Refuses the passwords that everybody tries first (some 49,000 of leaked lists, whatever their case). The list costs
 * 30 ms and is read when the first password is chosen.
 *
 * @throws DomainError INVALID_ARGUMENT `PASSWORD_TOO_COMMON`
 */
export async function assertUncommon(password: string): Promise<void> {
  known ??= load();
  if ((await known).has(password.normalize('NFKC').toLowerCase())) {
    throw invalidArgument('PASSWORD_TOO_COMMON', 'password', 'is one of the most common passwords; choose another one');
  }
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  // The contract refuses shorter ones anyway.
  return new Set(dictionary['passwords-common'].filter((password: string) => password.length >= minimumLength));
}
