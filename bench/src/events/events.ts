import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { missingPrograms } from '@finflow/chassis/events/kafka/embedded/java';
import { figure, type Report, ratio } from '../measure.ts';
import { prepareBacklog } from './backlog.ts';
import { prepareFlow } from './latency.ts';
import { openStage } from './stage.ts';

const perSecond = 500;
const secondsARound = 10;
const backlog = 100_000;

/** An event's way from commit to effect at a steady rate, and how fast a backlog drains, beside bare kafkajs. */
export async function benchEvents(rounds: number): Promise<Report> {
  const missing = await missingPrograms();
  if (missing.length > 0) throw new Error(`This benchmark needs ${missing.join(' and ')}.`);
  const folder = await mkdtemp(join(tmpdir(), 'finflow-bench-'));
  process.stderr.write('Starting PostgreSQL, Kafka and the registry …\n');
  const stage = await openStage(folder);
  try {
    const [p50, p99, bare50, bare99]: [number[], number[], number[], number[]] = [[], [], [], []];
    const flow = await prepareFlow(stage, perSecond);
    // One round unmeasured: plans, caches and the compiler's code are as after minutes of work.
    await flow.effect(5);
    await flow.bare(3);
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`Round ${round} of ${rounds}: ${perSecond} events a second …\n`);
      const effect = await flow.effect(secondsARound);
      const bare = await flow.bare(secondsARound);
      p50.push(effect.p50);
      p99.push(effect.p99);
      bare50.push(bare.p50);
      bare99.push(bare.p99);
    }
    await flow.close();

    const [drained, sent]: [number[], number[]] = [[], []];
    const drain = await prepareBacklog(stage, backlog);
    for (let round = 0; round <= rounds; round++) {
      process.stderr.write(round === 0 ? 'Warming up …\n' : `Round ${round} of ${rounds}: a backlog …\n`);
      const [relay, bare] = [await drain.drain(), await drain.bare()];
      if (round === 0) continue;
      drained.push(relay);
      sent.push(bare);
    }
    await drain.close();

    const [ours, theirs] = [
      figure(`commit to effect at ${perSecond}/s, p50`, 'ms', p50),
      figure('  bare kafkajs, p50', 'ms', bare50),
    ];
    const [relayed, plain] = [
      figure(`relay drains a backlog of ${backlog.toLocaleString('en-US')}`, 'events/s', drained),
      figure('  bare kafkajs sends as many', 'records/s', sent),
    ];
    return {
      bench: 'events',
      figures: [
        ours,
        figure(`commit to effect at ${perSecond}/s, p99`, 'ms', p99),
        theirs,
        figure('  bare kafkajs, p99', 'ms', bare99),
        ratio('commit to effect / bare kafkajs, p50', ours, theirs),
        relayed,
        plain,
        ratio('relay / bare kafkajs', relayed, plain),
      ],
    };
  } finally {
    await stage.close();
    await removeWithData(folder);
  }
}
