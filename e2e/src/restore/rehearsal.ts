import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { EmbeddedBroker } from '@finflow/chassis/events/kafka/embedded/broker';
import { topicNames, topics } from '@finflow/chassis/events/topics';
import { silentLogger } from '@finflow/chassis/logger';
import { servicePorts } from '@finflow/local/src/options.ts';
import { audit } from '../audit.ts';
import { eventually } from '../eventually.ts';
import { describe } from '../finding.ts';
import type { History } from '../history.ts';
import { LoadUser } from '../ledger-load.ts';
import { Platform } from '../platform.ts';
import { Program } from '../program.ts';
import { seededRandom } from '../seeded-random.ts';
import { Session } from '../session.ts';
import { type Books, booksOf } from './books.ts';
import { PostgresBackup } from './postgres-backup.ts';

const RESTORE_POINT = 'rehearsal';

export interface RehearsalOptions {
  /** Companies that work. */
  readonly users: number;
  readonly seed: number;
  /** How long they work each time, in milliseconds. */
  readonly workMs: number;
  /** Each service a process of its own, over a real Kafka, which is not restored. */
  readonly kafka: boolean;
  readonly report: (line: string) => void;
}

/** What everybody had at one moment. */
interface Moment {
  readonly books: readonly Books[];
  readonly histories: readonly History[];
}

/**
 * Restores a platform twice, from one base backup and the archived log: after its database server's files are gone to the
 * last archived commit, then to a named moment before. Each time every company's books must be those of then to the last
 * line, and agree with all that was acknowledged; then work goes on. Throws at the first disagreement.
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-backup-'));
  try {
    await chmod(folder, 0o755);
    await rehearseIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rehearseIn(folder: string, { users, seed, workMs, kafka, report }: RehearsalOptions): Promise<void> {
  const platform = await Platform.start({ kafka });
  const backup = new PostgresBackup(platform.dataDir, folder);
  try {
    await backup.archiveLog();
    await platform.terminate();
    await platform.restart();

    const load = await Promise.all(
      Array.from({ length: users }, async (_, index) => {
        const session = await Session.register(platform.url, `Restore${index}`);
        return new LoadUser(session, seededRandom(seed + index));
      }),
    );
    const working = load.map((user) => user.begin());
    // Of a server at work: that is when backups are taken.
    await backup.takeBase();
    report('base backup taken while companies work');
    await delay(workMs);
    const before = await momentOf(load, working);
    await backup.markRestorePoint(RESTORE_POINT);
    report(`restore point: ${told(before)}`);

    await work(load, workMs);
    const after = await momentOf(load);
    await backup.archiveAll();
    report(`the disaster: ${told(after)}, then the database server is killed and its files are gone`);

    await restore(platform, backup);
    await check(load, after, 'the last archived commit', report);
    await restore(platform, backup, RESTORE_POINT);
    await check(load, before, 'the restore point', report);

    if (kafka) {
      await platform.terminate();
      await rewindGroups(platform);
      await platform.restart();
      await checkReplayed(load, before, after, report);
      await swapReadModel(platform);
    }
    await compareReadModel(platform);
    report('the dashboard equals the ledger (npm run rebuild)');
    const newcomer = new LoadUser(await Session.register(platform.url, 'Afterwards'), seededRandom(seed + users));
    await work([newcomer], workMs);
    const { books } = await momentOf([newcomer]);
    report(`work goes on: a new company posted ${books[0]?.entries} entries`);
  } finally {
    await platform.stop();
  }
}

async function work(load: readonly LoadUser[], workMs: number): Promise<void> {
  const working = load.map((user) => user.begin());
  await delay(workMs);
  await rest(load, working);
}

async function rest(load: readonly LoadUser[], working: readonly Promise<void>[]): Promise<void> {
  for (const user of load) user.finish();
  await Promise.all(working);
}

/** Everything that was acknowledged has taken effect everywhere, and agrees. */
async function momentOf(load: readonly LoadUser[], working: readonly Promise<void>[] = []): Promise<Moment> {
  await rest(load, working);
  const histories = load.map(({ history }) => structuredClone(history));
  await agree(load, histories);
  return { histories, books: await Promise.all(load.map(({ session }) => booksOf(session))) };
}

async function agree(load: readonly LoadUser[], histories: readonly History[]): Promise<void> {
  for (const [index, { session }] of load.entries()) {
    await eventually(async () => {
      const findings = await audit(session, histories[index] as History);
      if (findings.length > 0) throw new Error(describe(findings));
    }, 30_000);
  }
}

async function restore(platform: Platform, backup: PostgresBackup, to?: string): Promise<void> {
  await platform.kill({ withDatabase: true });
  await backup.destroy();
  await backup.restore(to);
  await platform.restart();
}

async function check(
  load: readonly LoadUser[],
  then: Moment,
  what: string,
  report: RehearsalOptions['report'],
): Promise<void> {
  for (const [index, { session }] of load.entries()) {
    const books = await booksOf(session);
    const expected = then.books[index] as Books;
    if (books.hash !== expected.hash)
      throw new Error(`${session.email}: ${books.entries} entries after the restore, ${expected.entries} before`);
  }
  await agree(load, then.histories);
  report(`restored to ${what}: ${told(then)}, the same to the last line; nothing acknowledged lost, nothing doubled`);
}

async function compareReadModel({ dataDir }: Platform): Promise<void> {
  const program = new Program('services/local/src/rebuild.ts', ['analytics', '--local', '--data', dataDir]);
  if ((await program.ended()) !== 0) throw new Error(`${program.stdout}${program.stderr}`);
}

/** Has every consumer group read every topic from its beginning, as an operator does with Kafka's own tools. */
async function rewindGroups(platform: Platform): Promise<void> {
  const ports = servicePorts(platform.port).kafka;
  const broker = new EmbeddedBroker({
    folder: join(platform.dataDir, 'kafka'),
    port: ports.broker,
    controllerPort: ports.controller,
  });
  await broker.start();
  const admin = kafkaClient({ brokers: [broker.address], clientId: 'rehearsal' }, silentLogger).admin();
  await admin.connect();
  try {
    for (const topic of topicNames)
      for (const groupId of topics[topic].consumers) await admin.resetOffsets({ groupId, topic, earliest: true });
  } finally {
    await admin.disconnect();
    await broker.stop();
  }
}

/** What the events after the restore point bring, whose causes are gone: money that moved, and nothing twice. */
async function checkReplayed(
  load: readonly LoadUser[],
  before: Moment,
  after: Moment,
  report: RehearsalOptions['report'],
): Promise<void> {
  let came = 0;
  for (const [index, { session }] of load.entries()) {
    const [kept, had] = [before.books[index] as Books, after.books[index] as Books];
    const fromOthers = [...had.sources].filter((source) => /^(payment|refund|transaction):/.test(source));
    const expected = new Set([...withoutReversals(kept), ...fromOthers]);
    await eventually(async () => {
      const books = await booksOf(session);
      const sources = withoutReversals(books);
      const missing = [...expected].filter((source) => !sources.has(source));
      const surplus = [...sources].filter((source) => !expected.has(source));
      if (missing.length + surplus.length > 0)
        throw new Error(`${session.email}: missing ${missing.join(', ')}; too much ${surplus.join(', ')}`);
      // Named for the entry that they reverse, which has another id when it is booked again.
      const reversals = books.sources.size - sources.size;
      const reversalsThen = had.sources.size - withoutReversals(had).size;
      if (reversals !== reversalsThen)
        throw new Error(`${session.email}: ${reversals} reversals, not ${reversalsThen}`);
      came += books.sources.size - kept.sources.size;
    }, 60_000);
  }
  report(
    `all events of Kafka again: nothing twice; ${came} entries of payments, refunds and bank lines after the point`,
  );
}

function withoutReversals({ sources }: Books): Set<string> {
  return new Set([...sources].filter((source) => !source.startsWith('reversal:')));
}

async function swapReadModel({ dataDir }: Platform): Promise<void> {
  const args = ['analytics', '--local', '--data', dataDir, '--swap'];
  const program = new Program('services/local/src/rebuild.ts', args);
  await program.ended();
  if (!program.stdout.includes('Swapped')) throw new Error(`${program.stdout}${program.stderr}`);
}

function told({ books }: Moment): string {
  const entries = books.reduce((sum, one) => sum + one.entries, 0);
  return `${entries} entries of ${books.length} companies`;
}
