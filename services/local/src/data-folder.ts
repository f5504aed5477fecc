import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from './options.ts';

/** Raised when the layout of the data folder changes in a way that older code can't read. */
const dataVersion = 1;

/** Keys and passwords of this installation, made on the first start and never printed. */
export interface LocalSecrets {
  readonly databasePassword: string;
  /** 32 bytes, base64: encrypts auth's signing keys at rest. */
  readonly signingKeyEncryptionKey: string;
  /** 32 bytes, base64: encrypts the processor's data at rest. */
  readonly paymentDataKey: string;
  readonly sandboxSecretKey: string;
  readonly webhookSecret: string;
}

/** What is kept in the data folder beside the databases. */
export interface DataFolder {
  readonly path: string;
  readonly secrets: LocalSecrets;
  readonly state: FolderState;
  /** Stores the state for the next start. */
  saveState(state: FolderState): Promise<void>;
}

export interface FolderState {
  readonly dataVersion: number;
  /** Whether the demo company is whole; making it goes on at the next start when it was interrupted. */
  readonly demoFinished?: boolean;
}

/** Refuses a folder that newer code wrote, before anything in it is touched. A new folder is fine. */
export async function assertReadable(path: string): Promise<void> {
  const text = await readIfThere(join(path, 'state.json'));
  if (text !== undefined && (JSON.parse(text) as FolderState).dataVersion > dataVersion) throw newerVersion(path);
}

/**
 * Reads the folder, making what a first start lacks. Call it once the database server in it is ours: that is what
 * keeps two platforms out of one folder.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  return {
    path,
    state: await readState(path),
    secrets: await readSecrets(path),
    saveState: (next) => writeDurably(join(path, 'state.json'), JSON.stringify(next, null, 2)),
  };
}

async function readState(path: string): Promise<FolderState> {
  const text = await readIfThere(join(path, 'state.json'));
  if (text === undefined) {
    const fresh: FolderState = { dataVersion };
    await writeDurably(join(path, 'state.json'), JSON.stringify(fresh));
    return fresh;
  }
  return JSON.parse(text) as FolderState;
}

/** The sentence for data that newer code wrote. */
export function newerVersion(path: string): StartError {
  return new StartError(
    `The data in ${path} was written by a newer FinFlow: update FinFlow, or choose another folder with --data.`,
  );
}

async function readSecrets(path: string): Promise<LocalSecrets> {
  const file = join(path, 'secrets.json');
  const text = await readIfThere(file);
  if (text !== undefined) return JSON.parse(text) as LocalSecrets;
  const key = () => randomBytes(32).toString('base64');
  const name = () => randomBytes(18).toString('base64url');
  const secrets: LocalSecrets = {
    databasePassword: name(),
    signingKeyEncryptionKey: key(),
    paymentDataKey: key(),
    sandboxSecretKey: `sk_test_${randomBytes(18).toString('hex')}`,
    webhookSecret: `whsec_${randomBytes(18).toString('hex')}`,
  };
  await writeDurably(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new StartError(`${dirname(file)} is not a folder: choose another with --data.`);
    throw error;
  }
}

/** Written aside, flushed and moved into place: a crash leaves the old text or the new, never half of one. */
async function writeDurably(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.tmp`;
  await writeFile(aside, text, { mode: 0o600, flush: true });
  await rename(aside, file);
}
