import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { doubled, type Finding, lost, wrong } from './finding.ts';
import type { History } from './history.ts';
import type { Platform } from './platform.ts';

interface Intent {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly metadata: Record<string, string>;
}

/** One page of a list as Stripe's API gives it. */
interface IntentPage {
  readonly data: Intent[];
  readonly has_more: boolean;
}

/** Where the card processor's API is. */
export interface ProcessorAccess {
  readonly url: string;
  readonly secretKey: string;
}

/** The processor of a platform that runs as a person runs it. */
export async function processorOf({ port, dataDir }: Platform): Promise<ProcessorAccess> {
  const { sandboxSecretKey: secretKey } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as {
    sandboxSecretKey: string;
  };
  return { url: `http://127.0.0.1:${port + 1200}`, secretKey };
}

/** What the card processor says was charged, asked over its own API: payment id → minor units of succeeded intents. */
export async function chargedByProcessor(processor: ProcessorAccess): Promise<Map<string, bigint[]>> {
  const charged = new Map<string, bigint[]>();
  let after = '';
  for (;;) {
    const url = `${processor.url}/v1/payment_intents?limit=100${after && `&starting_after=${after}`}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${processor.secretKey}` } });
    if (!answer.ok) throw new Error(`The processor answered ${answer.status}: ${await answer.text()}`);
    const { data, has_more: more } = (await answer.json()) as IntentPage;
    for (const { status, amount, metadata } of data) {
      const paymentId = metadata.finflow_payment_id ?? '';
      if (status === 'succeeded') charged.set(paymentId, [...(charged.get(paymentId) ?? []), BigInt(amount)]);
    }
    const last = data.at(-1);
    if (!more || !last) return charged;
    after = last.id;
  }
}

/**
 * Holds the processor's charges against what was acknowledged: every payment charged once, with its amount.
 *
 * @param others payment ids of other companies, whose charges are none of this audit's business
 */
export async function auditProcessor(
  processor: ProcessorAccess,
  histories: readonly History[],
  others: ReadonlySet<string> = new Set(),
): Promise<Finding[]> {
  const charged = await chargedByProcessor(processor);
  const findings: Finding[] = [];
  const acknowledged = new Map(histories.flatMap(({ payments }) => [...payments]));
  for (const [id, { amountMinor, failed }] of acknowledged) {
    const amounts = charged.get(id) ?? [];
    const wanted = failed ? [] : [amountMinor];
    if (amounts.join() === wanted.join()) continue;
    const kind = amounts.length > wanted.length ? doubled : amounts.length < wanted.length ? lost : wrong;
    findings.push(kind(`payment ${id}: charged [${amounts}], acknowledged [${wanted}]`));
  }
  for (const id of charged.keys()) {
    if (!acknowledged.has(id) && !others.has(id))
      findings.push(wrong(`payment ${id} was charged and never acknowledged`));
  }
  return findings;
}
