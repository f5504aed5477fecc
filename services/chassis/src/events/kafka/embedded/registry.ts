import { registryProgram } from './artifacts.ts';
import { freePorts, JavaProcess, untilReady } from './java.ts';

/** Without a bound of its own, one question to a registry that hangs would outlast all patience with its start. */
const ANSWER_TIMEOUT_MS = 5_000;
const JVM = ['-Xms64m', '-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export interface EmbeddedRegistryOptions {
  /** On 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Database that keeps the schemas, with its owner's role; without one they are gone when it stops. */
  readonly database?: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
  };
}

/** An Apicurio schema registry on this machine for development and tests. Services are given its URL. */
export class EmbeddedRegistry {
  readonly #options: EmbeddedRegistryOptions;
  #process: JavaProcess | undefined;
  #port = 0;

  constructor(options: EmbeddedRegistryOptions = {}) {
    this.#options = options;
  }

  /** Base URL of its Confluent-compatible API; known once started. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/apis/ccompat/v7`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Resolves when the registry that was started last has ended, by itself too. */
  get ended(): Promise<void> {
    return this.#process?.exited ?? Promise.resolve();
  }

  /**
   * Fetches the program when it is not here, and resolves when the registry answers. Started again, it has
   * the same port. A registry that does not answer is ended.
   *
   * @throws EmbeddedKafkaError
   */
  async start(): Promise<void> {
    const { port, database } = this.#options;
    const program = await registryProgram();
    this.#port ||= port ?? (await freePorts(1))[0] ?? 0;
    const child = new JavaProcess([...JVM, '-jar', program], {
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(this.#port),
      QUARKUS_OTEL_SDK_DISABLED: 'true',
      ...(database && {
        APICURIO_STORAGE_KIND: 'sql',
        APICURIO_STORAGE_SQL_KIND: 'postgresql',
        APICURIO_DATASOURCE_URL: `jdbc:postgresql://${database.host}:${database.port}/${database.name}`,
        APICURIO_DATASOURCE_USERNAME: database.user,
        APICURIO_DATASOURCE_PASSWORD: database.password,
        APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '2',
        APICURIO_DATASOURCE_JDBC_MIN_SIZE: '2',
        APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
      }),
    });
    this.#process = child;
    await untilReady(child, 'The schema registry', () => answers(`${this.url}/subjects`));
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** As a crash of the machine would: tests of faults. */
  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL');
    await this.#process?.exited;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
