import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { topics as declaredTopics, type TopicDeclaration } from '../topics.ts';

export interface TopicsOptions {
  readonly prefix?: string;
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
  /** Whether `apply` can bring it about; partitions never become fewer, and keys never move. */
  readonly mendable: boolean;
}

/** The topics that the declarations ask for. */
export function plannedTopics({ prefix = '', replicationFactor }: TopicsOptions): TopicPlan[] {
  return Object.values<TopicDeclaration>(declaredTopics).map((declared) => {
    const replicas = Math.min(declared.replicationFactor, replicationFactor ?? declared.replicationFactor);
    return {
      name: `${prefix}${declared.name}`,
      partitions: declared.partitions,
      replicationFactor: replicas,
      settings: { 'retention.ms': String(declared.retentionMs), 'cleanup.policy': 'delete' },
    };
  });
}

/** How the cluster differs from the declarations; empty when it does not. */
export async function differences(kafka: Kafka, options: TopicsOptions): Promise<TopicDifference[]> {
  return await withAdmin(kafka, (admin) => compare(admin, plannedTopics(options)));
}

/**
 * Makes the cluster as declared, as far as that can be done without moving keys.
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
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, replicationFactor, settings }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor,
          configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
        })),
      });
    }
    const changed = planned.filter(({ name, settings }) => byName.get(name)?.some(({ what }) => what in settings));
    if (changed.length > 0) {
      await admin.alterConfigs({
        validateOnly: false,
        resources: changed.map(({ name, settings }) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
        })),
      });
    }
    const left = await compare(admin, planned);
    const stillLeft = new Set(left.map(({ topic, what }) => `${topic} ${what}`));
    return { done: found.filter(({ topic, what }) => !stillLeft.has(`${topic} ${what}`)), left };
  });
}

/** Throws one sentence when the cluster is not as declared: records of a key would go to another partition. */
export async function assertTopics(kafka: Kafka, options: TopicsOptions): Promise<void> {
  const found = await differences(kafka, options);
  if (found.length === 0) return;
  const list = found.map(({ topic, what, declared, actual }) => `${topic}: ${what} is ${actual}, declared ${declared}`);
  throw new Error(`Kafka's topics are not as declared (${list.join('; ')}): run \`npm run topics -- apply\`.`);
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
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const settings = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  for (const plan of there) {
    const partitions = metadata.get(plan.name) ?? [];
    const note = (what: string, declared: string, actual: string, mendable: boolean) => {
      if (declared !== actual) found.push({ topic: plan.name, what, declared, actual, mendable });
    };
    note('partitions', String(plan.partitions), String(partitions.length), false);
    const replicas = Math.min(...partitions.map(({ replicas: nodes }) => nodes.length));
    note('replication factor', String(plan.replicationFactor), String(replicas), false);
    for (const [name, value] of Object.entries(plan.settings)) {
      note(name, value, settings.get(plan.name)?.get(name) ?? 'unset', true);
    }
  }
  return found;
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
