import { SchemaRegistryClient } from '@confluentinc/schemaregistry/dist/schemaregistry-client.js';
import { unavailable } from '../errors.ts';
import { schemaText, type Topic } from './topics.ts';

// Deep imports: the package's index loads JSON Schema, Protobuf and five key-management systems (1 s, 89 MB).
export type Registry = ReturnType<typeof SchemaRegistryClient.newClient>;

/** How a schema registry is reached. */
export interface RegistryAccess {
  /** Base URL of its Confluent-compatible API, or `mock://` to keep schemas in this process. */
  readonly url: string;
  /** Of HTTP basic authentication. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

const REQUEST_TIMEOUT_MS = 3_000;
/** Kept for as long as the process runs: an id that is known needs no registry. */
const CACHED_SCHEMAS = 1_000;
/** Confluent's error codes: no such thing, subject, version, schema; a subject that has no compatibility of its own. */
const MISSING: ReadonlySet<number> = new Set([40400, 40401, 40402, 40403, 40408]);

/** A client of the registry. It tries once: whoever asks knows better whether to wait. */
export function openRegistry({ url, credentials }: RegistryAccess): Registry {
  return SchemaRegistryClient.newClient({
    baseURLs: [url],
    cacheCapacity: CACHED_SCHEMAS,
    maxRetries: 0,
    createAxiosDefaults: { timeout: REQUEST_TIMEOUT_MS },
    ...(credentials && {
      basicAuthCredentials: {
        credentialsSource: 'USER_INFO' as const,
        userInfo: `${credentials.username}:${credentials.password}`,
      },
    }),
  });
}

/** Under which name the registry keeps a topic's schemas: the topic's name in the cluster, as other tools expect. */
export function subjectOf(topic: Topic, prefix = ''): string {
  return `${prefix}${topic}-value`;
}

/** The schema of this build, as the registry takes it. */
export function schemaOf(topic: Topic): { schemaType: string; schema: string } {
  return { schemaType: 'AVRO', schema: schemaText(topic) };
}

/** Whether the registry itself answered that it has no such thing: a 404 of anything else is not that. */
export function isMissing(error: unknown): boolean {
  const { status, errorCode } = error as { status?: number; errorCode?: number };
  return status === 404 && errorCode !== undefined && MISSING.has(errorCode);
}

/** The error of a registry that does not answer as one, saying which address and what it did. */
export function registryUnavailable(url: string, cause: unknown): Error {
  const { status, code, message } = cause as { status?: number; code?: string; message?: string };
  // Something else's answer, over which the client or we stumbled.
  const other = cause instanceof TypeError || cause instanceof SyntaxError ? 'no answer of a registry' : message;
  const what = status === undefined ? (code ?? other ?? String(cause)) : `HTTP ${status}`;
  return unavailable('SCHEMA_REGISTRY_UNAVAILABLE', `The schema registry at ${url} does not answer as one (${what}).`, {
    cause,
  });
}
