import type { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { createLogger, type LogLevel } from '@finflow/chassis/logger';
import type { DataFolder } from './data-folder.ts';
import { demoClock } from './demo/clock.ts';
import { makeDemoCompany } from './demo/company.ts';
import type { LocalOptions } from './options.ts';
import { createPlatform, type Platform } from './platform.ts';
import { databaseUrl } from './postgres.ts';

export interface InProcessOptions {
  readonly options: LocalOptions;
  readonly server: EmbeddedServer;
  readonly folder: DataFolder;
  readonly logLevel: LogLevel;
}

/** The platform in this process, which can make the demo company: its history takes a clock of its own. */
export class InProcess {
  readonly #folder: DataFolder;
  readonly #clock = demoClock();
  readonly #platform: Platform;
  #history = false;

  constructor({ options: { host, port }, server, folder, logLevel }: InProcessOptions) {
    const { secrets } = folder;
    this.#folder = folder;
    this.#platform = createPlatform({
      host,
      port,
      secrets,
      databaseUrl: (name) => databaseUrl(server, secrets.databasePassword, name),
      clock: this.#clock,
      loggerOf: (service) => createLogger({ service, level: logLevel }),
      // Webhooks come at the real time; while history is made they would date a payment today.
      webhooksFlow: () => !this.#history,
    });
  }

  handlerOf(path: string): ReturnType<Platform['handlerOf']> {
    return this.#platform.handlerOf(path);
  }

  async start(): Promise<void> {
    await this.#platform.start();
  }

  async stop(): Promise<void> {
    await this.#platform.stop();
  }

  /**
   * Makes the demo company, or what is left to make of it.
   *
   * @param report told how much is done, from 0 to 1; what it throws ends the making
   */
  async makeDemo(report: (fraction: number) => void): Promise<void> {
    this.#history = true;
    await makeDemoCompany(this.#platform, this.#clock, report);
    this.#history = false;
    await this.#folder.saveState({ ...this.#folder.state, demoFinished: true });
  }
}
