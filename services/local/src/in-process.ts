import { createLogger, type LogLevel } from '@finflow/chassis/logger';
import { demoClock } from './demo/clock.ts';
import { makeDemoCompany } from './demo/company.ts';
import { createPlatform, type Platform, type PlatformOptions } from './platform.ts';

export interface InProcessOptions extends Pick<PlatformOptions, 'host' | 'port' | 'secrets' | 'databaseUrl'> {
  readonly logLevel: LogLevel;
}

/** The platform in this process, which can make the demo company: its history takes a clock of its own. */
export class InProcess {
  readonly #clock = demoClock();
  readonly #platform: Platform;
  #history = false;

  constructor({ logLevel, ...options }: InProcessOptions) {
    this.#platform = createPlatform({
      ...options,
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
  }
}
