import { setTimeout as delay } from 'node:timers/promises';
import { audit } from './audit.ts';
import { eventually } from './eventually.ts';
import { describe } from './finding.ts';
import { LoadUser } from './ledger-load.ts';
import { Platform } from './platform.ts';
import { auditProcessor, processorOf } from './processor.ts';
import { seededRandom } from './seeded-random.ts';
import { Session } from './session.ts';

export interface KillRunOptions {
  readonly kills: number;
  /** The same seed picks the same moments and amounts. */
  readonly seed: number;
  /** Companies working at the same time. */
  readonly users: number;
  readonly report?: (line: string) => void;
}

export interface KillRunResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly retries: number;
}

/**
 * Kills the platform (SIGKILL) at random moments while companies work, starts it again on the same folder, and audits
 * every company after each kill. Throws with the findings at the first disagreement.
 */
export async function killRun({
  kills,
  seed,
  users,
  report = () => undefined,
}: KillRunOptions): Promise<KillRunResult> {
  const random = seededRandom(seed);
  const platform = await Platform.start();
  try {
    const load = await Promise.all(
      Array.from(
        { length: users },
        async (_, index) =>
          new LoadUser(await Session.register(platform.url, `Kill${index}`), seededRandom(seed + index + 1)),
      ),
    );
    for (let kill = 1; kill <= kills; kill++) {
      const working = Promise.all(load.map((user) => user.begin()));
      // A user may fail while the platform is down; what they say is heard below.
      working.catch(() => undefined);
      await delay(100 + random() * 1_900);
      await platform.kill({ withDatabase: random() < 1 / 3 });
      await platform.restart();
      for (const user of load) user.finish();
      await working;
      for (const user of load) {
        // Events under way at the kill are still being applied: the audit has to agree in the end, not at once.
        await eventually(async () => {
          const findings = await audit(user.session, user.history);
          if (findings.length > 0) throw new Error(`after kill ${kill} (seed ${seed}):\n${describe(findings)}`);
        }, 30_000);
      }
      const charges = await auditProcessor(
        await processorOf(platform),
        load.map(({ history }) => history),
      );
      if (charges.length > 0) throw new Error(`after kill ${kill} (seed ${seed}):\n${describe(charges)}`);
      report(`kill ${kill} of ${kills}: ${count(load)} acknowledged, 0 lost, 0 doubled, books balanced`);
    }
    return { kills, acknowledged: count(load), retries: load.reduce((sum, { history }) => sum + history.retries, 0) };
  } finally {
    await platform.stop();
  }
}

function count(load: LoadUser[]): number {
  return load.reduce((sum, { history }) => sum + history.acknowledged, 0);
}
