import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from './options.ts';

/** Raised when the layout of the data folder changes in a way that older code can't read. */
const dataVersion = 1;

/** What the platform seals and signs with. */
export interface PlatformSecrets {
  /** 32 bytes, base64: encrypts auth's signing keys at rest. */
  readonly signingKeyEncryptionKey: string;
  /** As payments' PROCESSOR_DATA_KEYS: encrypts the processor's data at rest. */
  readonly processorDataKeys: string;
  readonly sandboxSecretKey: string;
  readonly webhookSecret: string;
}

/** Keys and passwords of this installation, made on the first start and never printed. */
export interface LocalSecrets extends PlatformSecrets {
  readonly databasePassword: string;
}

/** As they are kept: of the processor's data, the key alone. */
type KeptSecrets = Omit<LocalSecrets, 'processorDataKeys'> & { readonly paymentDataKey: string };

/** What is kept in the data folder beside the databases. */
export interface DataFolder {
  readonly path: string;
  readonly secrets: LocalSecrets;
  /** As it was stored last. */
  readonly state: FolderState;
  /** Stores the state for the next start. */
  saveState(state: FolderState): Promise<void>;
}

export interface FolderState {
  readonly dataVersion: number;
  /** Where the platform listens that runs in the folder, or ran last. */
  readonly host?: string;
  /** Its web port; those of the services follow from it. */
  readonly port?: number;
  /** Whether the demo company is whole; making it goes on at the next start when it was interrupted. */
  readonly demoFinished?: boolean;
  /** Whether the folder's Kafka may hold events that no service has handled: so from a start with it to an orderly stop. */
  readonly kafkaHolds?: boolean;
}

/**
 * Refuses a folder that newer code wrote, that is damaged or is somebody else's, before anything in it is touched. A
 * new folder is fine, and so is an empty one.
 *
 * @throws StartError
 */
export async function assertReadable(path: string): Promise<void> {
  const state = await readJson<FolderState>(join(path, 'state.json'), isState);
  if (state !== undefined && state.dataVersion > dataVersion) throw newerVersion(path);
  await readJson<KeptSecrets>(join(path, 'secrets.json'), isSecrets);
  if (state === undefined) await assertOurs(path);
}

/** What a first start that was cut short may have left, and what a file system or a desktop puts into any folder. */
const notForeign = /^(postgres|kafka|(state|secrets)\.json(\.\d+\.tmp)?|lost\+found|\.DS_Store)$/;

/** Among somebody's own files, our databases would be hard to tell from them, and to remove. */
async function assertOurs(path: string): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const foreign = entries.find((name) => !notForeign.test(name));
  if (foreign === undefined) return;
  throw new StartError(
    `${path} holds other files than FinFlow's, such as ${foreign}: choose an empty or a new folder with --data.`,
  );
}

/**
 * Makes the folder and those above it that are missing. One by one: asked to make them all (`recursive`), Node tries for
 * ever where the system makes none, below /proc for one.
 */
export async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/**
 * Reads the folder, making what a first start lacks. Call it once the database server in it is ours: that is what
 * keeps two platforms out of one folder.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  let state = await readState(path);
  const secrets = await readSecrets(path);
  return {
    path,
    secrets,
    get state() {
      return state;
    },
    async saveState(next) {
      await writeDurably(join(path, 'state.json'), JSON.stringify(next, null, 2));
      state = next;
    },
  };
}

async function readState(path: string): Promise<FolderState> {
  const file = join(path, 'state.json');
  const kept = await readJson<FolderState>(file, isState);
  if (kept !== undefined) return kept;
  const fresh: FolderState = { dataVersion };
  await writeDurably(file, JSON.stringify(fresh));
  return fresh;
}

/** The sentence for data that newer code wrote. */
export function newerVersion(path: string): StartError {
  return new StartError(
    `The data in ${path} was written by a newer FinFlow: update FinFlow, or choose another folder with --data.`,
  );
}

async function readSecrets(path: string): Promise<LocalSecrets> {
  const file = join(path, 'secrets.json');
  const kept = await readJson<KeptSecrets>(file, isSecrets);
  if (kept !== undefined) return inUse(kept);
  const key = () => randomBytes(32).toString('base64');
  const name = () => randomBytes(18).toString('base64url');
  const secrets: KeptSecrets = {
    databasePassword: name(),
    signingKeyEncryptionKey: key(),
    paymentDataKey: key(),
    sandboxSecretKey: `sk_test_${randomBytes(18).toString('hex')}`,
    webhookSecret: `whsec_${randomBytes(18).toString('hex')}`,
  };
  await writeDurably(file, JSON.stringify(secrets, null, 2));
  return inUse(secrets);
}

function inUse({ paymentDataKey, ...secrets }: KeptSecrets): LocalSecrets {
  return { ...secrets, processorDataKeys: `local:${paymentDataKey}` };
}

function isState(json: Record<string, unknown>): boolean {
  return Number.isInteger(json.dataVersion);
}

function isSecrets(json: Record<string, unknown>): boolean {
  const names: readonly (keyof KeptSecrets)[] = [
    'databasePassword',
    'signingKeyEncryptionKey',
    'paymentDataKey',
    'sandboxSecretKey',
    'webhookSecret',
  ];
  return names.every((name) => typeof json[name] === 'string' && json[name] !== '');
}

/** What a file holds, undefined when there is none. One that is not whole is a StartError: nothing is made up for it. */
async function readJson<T>(file: string, isWhole: (json: Record<string, unknown>) => boolean): Promise<T | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (isWhole(Object(json))) return json as T;
  } catch {
    // Said below.
  }
  throw new StartError(`${file} is damaged: put it back from a backup, or choose another folder with --data.`);
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
