import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { type Finding, wrong } from '../finding.ts';
import { emptyHistory, type History } from '../history.ts';
import { LoadUser } from '../ledger-load.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Address, Session } from '../session.ts';
import { untilAnswered } from '../until-answered.ts';

/** Leaves the machine room for what is being tried. */
const PAUSE_MS = 100;

/** Figures of the load up to now. */
export interface LoadFigures {
  readonly sent: number;
  readonly acknowledged: number;
  readonly retries: number;
}

/** Several companies that work at the same time and keep a history of every answer. */
export class Load {
  readonly users: readonly LoadUser[];
  readonly #findings: Finding[] = [];
  #working: Promise<unknown> = Promise.resolve();

  private constructor(users: readonly LoadUser[]) {
    this.users = users;
  }

  /** Registers the companies and waits for their books. The same seed gives the same amounts and choices. */
  static async register(address: Address, companies: number, seed: number): Promise<Load> {
    return new Load(
      await Promise.all(
        Array.from({ length: companies }, async (_, index) => {
          const session = await Session.register(address, `Load${index}`);
          await untilBooksAreOpen(session);
          return new LoadUser(session, seededRandom(seed + index), { pauseMs: PAUSE_MS });
        }),
      ),
    );
  }

  get histories(): History[] {
    return this.users.map(({ history }) => history);
  }

  get figures(): LoadFigures {
    const sum = (figure: (history: History) => number) =>
      this.histories.reduce((total, history) => total + figure(history), 0);
    return {
      sent: sum(({ sent }) => sent),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      retries: sum(({ retries }) => retries),
    };
  }

  /** What made clients send again, the most frequent first. */
  get refusals(): string[] {
    const counts = new Map<string, number>();
    for (const { refusals } of this.histories) {
      for (const [refusal, times] of refusals) counts.set(refusal, (counts.get(refusal) ?? 0) + times);
    }
    return [...counts].sort(([, one], [, other]) => other - one).map(([refusal, times]) => `${times} × ${refusal}`);
  }

  /** What clients were told that they must never be told: their own request was wrong, or never answered. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  start(): void {
    this.#working = Promise.all(
      this.users.map((user) =>
        user.begin().catch((error: unknown) => {
          const text = error instanceof Error ? error.message : String(error);
          this.#findings.push(wrong(`${user.session.email} was told: ${text}`));
        }),
      ),
    );
  }

  /** Resolves when every request in hand has been acknowledged. */
  async stop(): Promise<void> {
    this.abandon();
    await this.#working;
  }

  /** Lets the companies end without waiting for them. */
  abandon(): void {
    for (const user of this.users) user.finish();
  }
}

/** A new company's books are opened by its event; until both services have it, they say so. */
async function untilBooksAreOpen(session: Session): Promise<void> {
  const uncounted = emptyHistory();
  await untilAnswered(uncounted, (_, signal) => session.client(LedgerService).getTrialBalance({}, { signal }));
  await untilAnswered(uncounted, (_, signal) => session.client(DashboardService).getDashboard({}, { signal }));
}
