import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { NotYetThere } from '../../waiting-start.ts';
import { topics as declaredTopics, type TopicDeclaration } from '../topics.ts';
import { withAdmin } from './admin.ts';

const MIN_INSYNC = 'min.insync.replicas';
const SETTLE_POLL_MS = 50;
const SETTLE_TIMEOUT_MS = 10_000;

export interface TopicsOptions {
  readonly prefix?: string;
  /** Replicas of each topic, instead of the declared ones: 1 on a single node, 3 where money buys them. */
  readonly replicationFactor?: number;
}

/** A topic as it should be in the cluster. */
export interface TopicPlan {
  /** Name in the cluster. */
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Settings of the topic by Kafka's names. */
  readonly settings: Readonly<Record<string, string>>;
}

/** One way in which the cluster is not as declared. */
export interface TopicDifference {
  readonly topic: string;
  /** `partitions`, `replication factor`, a setting's name, or `topic` when there is none. */
  readonly what: string;
  readonly declared: string;
  readonly actual: string;
  /** Whether `applyTopics` can bring it about; partitions never become fewer, and keys never move. */
  readonly mendable: boolean;
}

/** The cluster's topics are not as declared. */
export class TopicsError extends NotYetThere {
  override readonly name = 'TopicsError';
}

/** The topics that the declarations ask for. */
export function plannedTopics({ prefix = '', replicationFactor }: TopicsOptions): TopicPlan[] {
  return Object.values<TopicDeclaration>(declaredTopics).map((declared) => {
    const replicas = replicationFactor ?? declared.replicationFactor;
    return {
      name: `${prefix}${declared.name}`,
      partitions: declared.partitions,
      replicationFactor: replicas,
      settings: {
        'cleanup.policy': declared.cleanupPolicy,
        'retention.ms': String(declared.retentionMs),
        // An acknowledged record is on two machines; ADR 0021 says what that costs.
        [MIN_INSYNC]: String(Math.min(2, replicas)),
      },
    };
  });
}

/** How the cluster differs from the declarations; empty when it does not. */
export async function differences(kafka: Kafka, options: TopicsOptions): Promise<TopicDifference[]> {
  return await withAdmin(kafka, (admin) => compare(admin, plannedTopics(options)));
}

/**
 * Makes the cluster as declared, as far as that can be done without moving keys. Settings that are not declared stay.
 *
 * @returns what was done and what still differs
 */
export async function applyTopics(
  kafka: Kafka,
  options: TopicsOptions,
): Promise<{ done: TopicDifference[]; left: TopicDifference[] }> {
  const planned = plannedTopics(options);
  return await withAdmin(kafka, async (admin) => {
    const found = await compare(admin, planned);
    const byName = Map.groupBy(found, ({ topic }) => topic);
    const missing = planned.filter(({ name }) => byName.get(name)?.some(({ what }) => what === 'topic'));
    if (missing.length > 0) await create(admin, missing);
    const changed = planned.flatMap(({ name, settings }) => {
      const wanted = (byName.get(name) ?? []).filter(({ what, mendable }) => mendable && what in settings);
      return wanted.length > 0
        ? [{ name, settings: wanted.map(({ what, declared }) => [what, declared] as const) }]
        : [];
    });
    if (changed.length > 0) await alter(admin, changed);
    const left = await settle(admin, planned, found);
    const stillLeft = new Set(left.map(({ topic, what }) => `${topic} ${what}`));
    return { done: found.filter(({ topic, what }) => !stillLeft.has(`${topic} ${what}`)), left };
  });
}

/** What mends differences, or why nothing does; a sentence each. */
export function adviceOn(found: readonly TopicDifference[]): string[] {
  const sentences = [];
  if (found.some(({ mendable }) => mendable)) sentences.push('`npm run topics -- apply` mends what can be mended.');
  if (found.some(({ what }) => what === 'partitions')) {
    sentences.push('The number of partitions stays: with another, the events of a key would lose their order.');
  }
  if (found.some(({ what }) => what === 'replication factor')) {
    sentences.push(
      'Replicas are moved by kafka-reassign-partitions; KAFKA_REPLICATION_FACTOR says how many this cluster shall have.',
    );
  }
  return sentences;
}

/**
 * Looks that the cluster is as declared: otherwise records of a key would go to another partition, or be forgotten.
 *
 * @throws TopicsError naming each difference, and what mends them
 */
export async function assertTopics(kafka: Kafka, options: TopicsOptions): Promise<void> {
  const found = await differences(kafka, options);
  if (found.length === 0) return;
  const list = found.map(({ topic, what, declared, actual }) => `${topic}: ${what} is ${actual}, declared ${declared}`);
  throw new TopicsError(`Kafka's topics are not as declared (${list.join('; ')}). ${adviceOn(found).join(' ')}`);
}

/**
 * What differs once the brokers have all heard of what was done: for a moment they deny a topic that was just created,
 * or have no leader for it.
 */
async function settle(
  admin: Admin,
  planned: readonly TopicPlan[],
  before: readonly TopicDifference[],
): Promise<TopicDifference[]> {
  for (let waitedMs = 0; ; waitedMs += SETTLE_POLL_MS) {
    const patient = waitedMs < SETTLE_TIMEOUT_MS;
    try {
      const left = await compare(admin, planned);
      const unheard = left.some(
        ({ topic, what, mendable }) =>
          mendable &&
          before.some((earlier) => earlier.topic === topic && (earlier.what === what || earlier.what === 'topic')),
      );
      if (!unheard || !patient) return left;
    } catch (error) {
      if (!patient) throw error;
    }
    await delay(SETTLE_POLL_MS);
  }
}

async function create(admin: Admin, missing: readonly TopicPlan[]): Promise<void> {
  await admin.createTopics({
    // It asks for them at once, and fails when the broker that it asks has not heard of the topic yet.
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, replicationFactor, settings }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
    })),
  });
}

async function alter(
  admin: Admin,
  changed: readonly { readonly name: string; readonly settings: readonly (readonly [string, string])[] }[],
): Promise<void> {
  // The request replaces all settings of a topic, so those that others made are said again.
  const present = await settingsOf(
    admin,
    changed.map(({ name }) => name),
    'own',
  );
  await admin.alterConfigs({
    validateOnly: false,
    resources: changed.map(({ name, settings }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configEntries: [...new Map([...(present.get(name) ?? []), ...settings])].map(([key, value]) => ({
        name: key,
        value,
      })),
    })),
  });
}

async function compare(admin: Admin, planned: readonly TopicPlan[]): Promise<TopicDifference[]> {
  const existing = new Set(await admin.listTopics());
  const there = planned.filter(({ name }) => existing.has(name));
  const found: TopicDifference[] = planned
    .filter(({ name }) => !existing.has(name))
    .map(({ name }) => ({ topic: name, what: 'topic', declared: 'present', actual: 'missing', mendable: true }));
  if (there.length === 0) return found;
  const names = there.map(({ name }) => name);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const metadata = new Map(topics.map((topic) => [topic.name, topic.partitions]));
  const settings = await settingsOf(admin, names, 'all');
  for (const plan of there) {
    const partitions = metadata.get(plan.name) ?? [];
    const note = (what: string, declared: string, actual: string, mendable: boolean) => {
      if (declared !== actual) found.push({ topic: plan.name, what, declared, actual, mendable });
    };
    note('partitions', String(plan.partitions), String(partitions.length), false);
    const replicas = Math.min(...partitions.map(({ replicas: nodes }) => nodes.length));
    note('replication factor', String(plan.replicationFactor), String(replicas), false);
    for (const [name, value] of Object.entries(plan.settings)) {
      // A partition with fewer replicas than must acknowledge would take no records at all.
      const mendable = name !== MIN_INSYNC || Number(value) <= replicas;
      note(name, value, settings.get(plan.name)?.get(name) ?? 'unset', mendable);
    }
  }
  return found;
}

/** Settings of topics by name: those in force, or only those made for the topic itself. */
async function settingsOf(
  admin: Admin,
  names: readonly string[],
  which: 'all' | 'own',
): Promise<Map<string, Map<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => {
      const entries = configEntries.filter(
        ({ configSource }) => which === 'all' || (configSource as number) === kafkajs.ConfigSource.TOPIC_CONFIG,
      );
      return [resourceName, new Map(entries.map(({ configName, configValue }) => [configName, configValue]))];
    }),
  );
}
