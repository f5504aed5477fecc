import { newId } from '@finflow/chassis/ids';
import { wrong } from '../../finding.ts';
import { assertFlowing } from '../backlog.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { type OutsideRecord, produceFromOutside } from '../outside-producer.ts';

const ROUNDS = 5;
/** A payment as somebody who never read our contract imagines it. */
const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'PaymentCompleted',
  namespace: 'finflow.events',
  fields: [{ name: 'amount', type: 'string' }],
});

/** A producer with another idea of an event: the registry refuses its schema, and consumers put its records aside. */
export const incompatibleProducer: Fault = {
  name: 'incompatible-producer',
  about: 'a producer whose schema the registry refuses writes events all the same',
  invisible: true,
  async run(context) {
    const { load, pause } = context;
    if ((await register(context, 'payment_completed-value')) !== undefined)
      context.find(wrong('the registry took a schema that nobody who reads payment_completed could read'));
    const foreign = await register(context, `outsider-${newId()}-value`);
    // One that the registry has for another subject, and one that it has for none.
    for (const schemaId of [foreign ?? 0, 2_000_000_000]) {
      for (let round = 0; round < ROUNDS; round++) {
        const { organizationId } = load.users[round % load.users.length]!.session;
        await produceFromOutside(context, 'payment_completed', () => recordOf(schemaId, organizationId));
        await pause(500);
      }
    }
    await assertFlowing(context, 'behind unreadable payments');
  },
};

/** The id that the registry gives the schema; undefined when it refuses. */
async function register({ cluster }: FaultContext, subject: string): Promise<number | undefined> {
  const answer = await fetch(`${cluster.registry.url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType: 'AVRO', schema: SCHEMA }),
  });
  if (answer.status === 409) return undefined;
  if (!answer.ok) throw new Error(`The registry answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { id: number }).id;
}

/** Confluent's frame around the string "12.34", with all the headers of an event of ours. */
function recordOf(schemaId: number, organizationId: string): OutsideRecord {
  const head = Buffer.alloc(5);
  head.writeInt32BE(schemaId, 1);
  const text = Buffer.from('12.34');
  const headers = {
    id: newId(),
    type: 'finflow.events.PaymentCompleted',
    schemaVersion: '1',
    organizationId,
    occurredAt: new Date().toISOString(),
  };
  return { value: Buffer.concat([head, Buffer.from([text.length * 2]), text]), headers };
}
