import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from './ledger-load.ts';
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

/** What the card processor says was charged, asked over its own API: payment id → minor units of succeeded intents. */
export async function chargedByProcessor({ port, dataDir }: Platform): Promise<Map<string, bigint[]>> {
  const { sandboxSecretKey } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as {
    sandboxSecretKey: string;
  };
  const charged = new Map<string, bigint[]>();
  let after = '';
  for (;;) {
    const url = `http://127.0.0.1:${port + 1200}/v1/payment_intents?limit=100${after && `&starting_after=${after}`}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${sandboxSecretKey}` } });
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

/** Holds the processor's charges against what was acknowledged: every payment charged once, with its amount. */
export async function auditProcessor(platform: Platform, histories: readonly History[]): Promise<string[]> {
  const charged = await chargedByProcessor(platform);
  const findings: string[] = [];
  const acknowledged = new Map(histories.flatMap(({ payments }) => [...payments]));
  for (const [id, { amountMinor, failed }] of acknowledged) {
    const amounts = charged.get(id) ?? [];
    const wanted = failed ? [] : [amountMinor];
    if (amounts.join() !== wanted.join())
      findings.push(`payment ${id}: charged [${amounts}], acknowledged [${wanted}]`);
  }
  for (const id of charged.keys())
    if (!acknowledged.has(id)) findings.push(`payment ${id} was charged and never acknowledged`);
  return findings;
}
