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

interface Refund {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly payment_intent: string;
}

/** One page of a list as Stripe's API gives it. */
interface Page<T> {
  readonly data: T[];
  readonly has_more: boolean;
}

/** Where the card processor's API is. */
export interface ProcessorAccess {
  readonly url: string;
  readonly secretKey: string;
}

/** What the processor did for one payment, in minor units of each time it did it. */
export interface Processed {
  readonly charged: readonly bigint[];
  readonly refunded: readonly bigint[];
}

/** The processor of a platform that runs as a person runs it. */
export async function processorOf({ port, dataDir }: Platform): Promise<ProcessorAccess> {
  const { sandboxSecretKey: secretKey } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as {
    sandboxSecretKey: string;
  };
  return { url: `http://127.0.0.1:${port + 1200}`, secretKey };
}

/** What succeeded at the card processor, asked over its own API, by payment id. */
export async function processed(processor: ProcessorAccess): Promise<Map<string, Processed>> {
  const byPayment = new Map<string, { charged: bigint[]; refunded: bigint[] }>();
  const ofPayment = (id: string) => {
    const known = byPayment.get(id) ?? { charged: [], refunded: [] };
    byPayment.set(id, known);
    return known;
  };
  const paymentOf = new Map<string, string>();
  for (const { id, status, amount, metadata } of await everyObject<Intent>(processor, '/v1/payment_intents')) {
    paymentOf.set(id, metadata.finflow_payment_id ?? '');
    if (status === 'succeeded') ofPayment(metadata.finflow_payment_id ?? '').charged.push(BigInt(amount));
  }
  for (const { status, amount, payment_intent: intent } of await everyObject<Refund>(processor, '/v1/refunds')) {
    if (status === 'succeeded') ofPayment(paymentOf.get(intent) ?? '').refunded.push(BigInt(amount));
  }
  return byPayment;
}

async function everyObject<T extends { readonly id: string }>(
  { url, secretKey }: ProcessorAccess,
  path: string,
): Promise<T[]> {
  const objects: T[] = [];
  for (;;) {
    const after = objects.at(-1);
    const answer = await fetch(`${url}${path}?limit=100${after ? `&starting_after=${after.id}` : ''}`, {
      headers: { authorization: `Bearer ${secretKey}` },
    });
    if (!answer.ok) throw new Error(`The processor answered ${answer.status}: ${await answer.text()}`);
    const { data, has_more: more } = (await answer.json()) as Page<T>;
    objects.push(...data);
    if (!more || data.length === 0) return objects;
  }
}

/**
 * Holds the processor's charges and refunds against what was acknowledged: every payment charged once, with its amount,
 * and every refund made once. To be asked while nobody works: a refund under way is made before it is acknowledged.
 *
 * @param others payment ids of other companies, whose charges are none of this audit's business
 */
export async function auditProcessor(
  processor: ProcessorAccess,
  histories: readonly History[],
  others: ReadonlySet<string> = new Set(),
): Promise<Finding[]> {
  const byPayment = await processed(processor);
  const findings: Finding[] = [];
  const acknowledged = new Map(histories.flatMap(({ payments }) => [...payments]));
  for (const [id, { amountMinor, refundedMinor, failed }] of acknowledged) {
    const { charged = [], refunded = [] } = byPayment.get(id) ?? {};
    findings.push(
      ...disagreement(`payment ${id}: charged`, charged, failed ? [] : [amountMinor]),
      // The load refunds a payment once at most.
      ...disagreement(`payment ${id}: refunded`, refunded, refundedMinor === 0n ? [] : [refundedMinor]),
    );
  }
  for (const id of byPayment.keys()) {
    if (!acknowledged.has(id) && !others.has(id))
      findings.push(wrong(`payment ${id} was charged and never acknowledged`));
  }
  return findings;
}

function disagreement(what: string, amounts: readonly bigint[], wanted: readonly bigint[]): Finding[] {
  if (amounts.join() === wanted.join()) return [];
  const kind = amounts.length > wanted.length ? doubled : amounts.length < wanted.length ? lost : wrong;
  return [kind(`${what} [${amounts}], acknowledged [${wanted}]`)];
}
