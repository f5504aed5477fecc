import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The environment does not describe a service that can start. The message names each variable, never its value. */
export class ConfigError extends Error {
  readonly variables: readonly string[];

  constructor(problems: readonly { variable: string; expected: string }[]) {
    super(`The configuration is not usable:\n${problems.map((p) => `  ${p.variable}: ${p.expected}`).join('\n')}`);
    this.name = 'ConfigError';
    this.variables = problems.map((problem) => problem.variable);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment into the type of `shape`, whose keys are variable names. For any variable X, `X_FILE` may
 * name a file that holds its value (a mounted secret); a trailing newline is not part of it. An empty variable counts
 * as absent. Throws ConfigError naming every bad variable at once and what was expected there.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  shape: z.ZodObject<Shape>,
  env: Environment = process.env,
): z.output<z.ZodObject<Shape>> {
  const problems: { variable: string; expected: string }[] = [];
  const values: Record<string, string> = {};
  for (const variable of Object.keys(shape.shape)) {
    const value = env[variable];
    const file = env[`${variable}_FILE`];
    if (value && file) {
      problems.push({ variable, expected: `give either ${variable} or ${variable}_FILE, not both` });
    } else if (value) {
      values[variable] = value;
    } else if (file) {
      try {
        values[variable] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
        problems.push({
          variable: `${variable}_FILE`,
          expected: `a readable file, which ${named(file)} is not (${code})`,
        });
      }
    }
  }
  const result = shape.safeParse(values);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const variable = String(issue.path[0] ?? '');
      if (problems.some((problem) => problem.variable.startsWith(variable))) continue;
      const form = (shape.shape[variable] as z.ZodType | undefined)?.description;
      const required = form === undefined ? 'is required' : `is required: ${form}`;
      problems.push({ variable, expected: values[variable] === undefined ? required : issue.message });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return result.data as z.output<z.ZodObject<Shape>>;
}

/** A file's name for a message; what may be the secret itself, put there by mistake, is not repeated. */
function named(file: string): string {
  return file.includes('://') || file.length > 255 ? 'what it names' : `"${file}"`;
}

/** A whole number within bounds, written in decimal digits. */
export function integer(min: number, max: number): z.ZodType<number> {
  const expected = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

/** `true` or `false`. */
export const flag: z.ZodType<boolean> = z
  .enum(['true', 'false'], { message: 'must be true or false' })
  .transform((value) => value === 'true');

/** An absolute URL with one of the given schemes. */
export function url(...schemes: string[]): z.ZodType<string> {
  const expected = `must be an absolute ${schemes.join(' or ')} URL`;
  return z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), expected);
}

/** A TCP port; 0 lets the system choose. */
export const port = integer(0, 65_535);

/** How gRPC between services is protected: by one of these as soon as it leaves this machine. */
export const grpcSecurityConfig = {
  /** Folder with `tls.crt`, `tls.key` and `ca.crt`, as a TLS Secret is mounted: TLS both ways, reloaded on change. */
  GRPC_TLS_DIR: z.string().optional(),
  /** Lets gRPC cross the network in plain text, where a mesh or a network policy keeps others out. */
  GRPC_PLAINTEXT: flag.default(false),
};

/** What the variables of `grpcSecurityConfig` say. */
export type GrpcSecurityConfig = z.output<z.ZodObject<typeof grpcSecurityConfig>>;

/** Where a service listens. Port defaults are each service's own. */
export function httpConfig(defaults: { httpPort: number; grpcPort: number }) {
  return {
    HOST: z.string().default('0.0.0.0'),
    HTTP_PORT: port.default(defaults.httpPort),
    GRPC_PORT: port.default(defaults.grpcPort),
    ...grpcSecurityConfig,
    /**
     * How old a gRPC connection gets, a tenth more or less, before its client is sent to look again where the service
     * is: so soon at the latest do pods that came later get their share.
     */
    GRPC_CONNECTION_AGE_MS: integer(1_000, 3_600_000).default(15_000),
    /** How many proxies in front of us append to X-Forwarded-For; 0 believes the socket alone. */
    TRUSTED_PROXY_HOPS: integer(0, 10).default(0),
    /** How long requests in flight get to finish when the service stops. */
    DRAIN_MS: integer(0, 600_000).default(15_000),
    /** How long a start waits for the database, its migrations and the topics; 0 fails at once. */
    START_WAIT_MS: integer(0, 3_600_000).default(0),
  };
}

/** Whose access tokens are believed. */
export const identityConfig = {
  TOKEN_ISSUER: z.string().default('finflow-auth'),
  TOKEN_AUDIENCE: z.string().default('finflow'),
  JWKS_URL: url('http', 'https'),
};

/** What a variable that is missing shall look like. */
const databaseForm = 'postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE';

/** The service's database, as the role that owns nothing. */
export const databaseConfig = {
  DATABASE_URL: url('postgres', 'postgresql').describe(databaseForm),
  DATABASE_POOL_SIZE: integer(1, 200).default(10),
};

/** The database as its owner: read by the migration commands and by the rebuild of a read model, by no service. */
export const ownerDatabaseConfig = z.object({
  DATABASE_OWNER_URL: url('postgres', 'postgresql').describe(databaseForm),
});

/** `host:port` of one broker or more, separated by commas. */
const brokers = z
  .string()
  .regex(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, 'must be host:port, or several of them separated by commas')
  .transform((list) => list.split(','))
  .refine(
    (list) => list.every((broker) => Number(broker.split(':')[1]) >= 1 && Number(broker.split(':')[1]) <= 65_535),
    'must name ports from 1 to 65535',
  );

/** The event bus. Without `KAFKA_BROKERS` it is one within the process, which other processes do not see. */
export const eventsConfig = {
  KAFKA_BROKERS: brokers.optional(),
  /** Encrypts the connections to the brokers. */
  KAFKA_TLS: flag.default(false),
  /** PEM of the authority that signed the brokers' certificates, when the system does not know it. */
  KAFKA_TLS_CA: z.string().startsWith('-----BEGIN CERTIFICATE-----', 'must be a certificate in PEM').optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], { message: 'must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512' })
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  /** Before the name of each topic and group, where several environments share a cluster. */
  KAFKA_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,100}$/, 'must be up to 100 letters, digits, dots, dashes and underscores')
    .default(''),
  /** Replicas of each topic, instead of the declared ones: 1 for a single broker. */
  KAFKA_REPLICATION_FACTOR: integer(1, 100).optional(),
  /** The registry of event schemas; `mock://` keeps them in the process, for a bus that stays in it, too. */
  SCHEMA_REGISTRY_URL: url('mock', 'http', 'https').default('mock://'),
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: z.string().optional(),
};

/** What the variables of `eventsConfig` say. */
export type EventsConfig = z.output<z.ZodObject<typeof eventsConfig>>;

export const loggingConfig = {
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      message: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
};
