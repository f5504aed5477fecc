import { Compatibility } from '@confluentinc/schemaregistry/dist/schemaregistry-client.js';
import { SchemaId } from '@confluentinc/schemaregistry/dist/serde/serde.js';
import { schemas as schemaJson } from '@finflow/proto/events/index';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { avroType } from '../../src/events/avro.ts';
import { EventCodec, EventFormatError } from '../../src/events/codec.ts';
import { openRegistry, type Registry, subjectOf } from '../../src/events/registry.ts';
import { checkSchemas, registerSchemas, SchemaError } from '../../src/events/schemas.ts';
import { topicNames } from '../../src/events/topics.ts';
import { newId } from '../../src/ids.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { describeWithKafka } from '../../src/testing/kafka.ts';
import { paymentCompleted } from './event-flow.ts';
import { Passage } from './passage.ts';

const topic = 'payment_completed';
const ours = schemaJson[topic];

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

/** Another version of our schema: without some fields, with others. */
function version(changes: { without?: string[]; with?: Field[] }): object {
  const kept = (ours.fields as readonly Field[]).filter(({ name }) => !changes.without?.includes(name));
  return { ...ours, fields: [...kept, ...(changes.with ?? [])] };
}

describeWithKafka('the schema registry', (kafka) => {
  let prefix: string;
  let registry: Registry;
  let url: string;

  beforeEach(() => {
    prefix = `${newId()}.`;
    url = kafka().registryUrl;
    registry = openRegistry({ url });
  });

  const subject = () => subjectOf(topic, prefix);
  const register = async (schema: object) =>
    await registry.register(subject(), { schemaType: 'AVRO', schema: JSON.stringify(schema) }, false);
  const codec = (registryUrl = url) => new EventCodec(registryUrl, { prefix });
  /** What a build with this schema would have sent. */
  const sentWith = async (schema: object, payload: object): Promise<Buffer> =>
    Buffer.concat([new SchemaId('AVRO', await register(schema)).idToBytes(), avroType(schema).toBuffer(payload)]);

  describe('registering', () => {
    test('sets each subject to the declared compatibility and puts the schemas there, once', async () => {
      expect(await registerSchemas({ url }, { prefix, dryRun: true })).toHaveLength(2 * topicNames.length);
      expect((await checkSchemas({ url }, { prefix })).map(({ version: own }) => own)).toEqual(
        topicNames.map(() => undefined),
      );
      expect(await registerSchemas({ url }, { prefix })).toHaveLength(2 * topicNames.length);
      for (const report of await checkSchemas({ url }, { prefix })) {
        expect(report).toMatchObject({ version: 1, compatibility: 'BACKWARD_TRANSITIVE', conflicts: [] });
      }
      expect(await registerSchemas({ url }, { prefix })).toEqual([]);
    });

    test('goes by the declared compatibility, whatever the subject had before', async () => {
      await register(version({ with: [{ name: 'channel', type: 'string' }] }));
      // Forbids that a field without a default goes, which the declared one allows.
      await registry.updateCompatibility(subject(), Compatibility.FULL);
      await registerSchemas({ url }, { prefix });
      const [report] = await checkSchemas({ url }, { prefix }, [topic]);
      expect(report).toMatchObject({ version: 2, compatibility: 'BACKWARD_TRANSITIVE', conflicts: [] });
    });

    test('is refused as a whole, naming field and rule, when one schema does not fit', async () => {
      await register(version({ without: ['processorId'] }));
      const refusal = registerSchemas({ url }, { prefix });
      await expect(refusal).rejects.toThrow(SchemaError);
      await expect(refusal).rejects.toThrow(
        `${subject()}: field "processorId" is new and has no default (beside version 1).`,
      );
      const reports = await checkSchemas({ url }, { prefix });
      expect(reports.flatMap(({ versions }) => versions)).toEqual([1]);
    });
  });

  describe('an event evolves', () => {
    const note = { name: 'note', type: ['null', 'string'], default: null };
    const { payload } = paymentCompleted(newId());

    beforeEach(async () => {
      await registerSchemas({ url }, { prefix });
    });

    test('a consumer reads what a newer producer sends: the field it does not know is left out', async () => {
      const frame = await sentWith(version({ with: [note] }), { ...payload, note: 'paid twice' });
      expect(await codec().decode(topic, frame)).toEqual(payload);
    });

    test('a consumer reads what an older producer sent: the field that is new to it has its default', async () => {
      prefix = `${newId()}.`;
      const { invoiceId: _, ...older } = payload;
      const frame = await sentWith(version({ without: ['invoiceId'] }), older);
      await registerSchemas({ url }, { prefix });
      expect(await codec().decode(topic, frame)).toEqual({ ...payload, invoiceId: null });
    });

    test('a field without a default, or with another type, is refused by the registry', async () => {
      const added = register(version({ with: [{ name: 'note', type: 'string' }] }));
      await expect(added).rejects.toMatchObject({ status: 409 });
      const retyped = register(version({ without: ['amount'], with: [{ name: 'amount', type: 'string' }] }));
      await expect(retyped).rejects.toMatchObject({ status: 409 });
    });

    test('a field may go, and a consumer that still wants it does not start', async () => {
      // As the next build would have it, which drops a field that this one needs.
      await register(version({ without: ['processorId'] }));
      await expect(codec().start()).rejects.toThrow('field "processorId" is new and has no default (beside version 2)');
    });
  });

  describe('a codec', () => {
    test('says at start which schemas are missing, and what mends it', async () => {
      const start = new EventCodec(url, { prefix, service: 'payments' }).start();
      await expect(start).rejects.toThrow(SchemaError);
      await expect(start).rejects.toThrow(`payment_completed under "${subject()}"`);
      await expect(start).rejects.toThrow('npm run schemas -- register');
      await expect(start).rejects.not.toThrow('user_created');
    });

    test('starts without the registry, and works when that is there', async () => {
      await registerSchemas({ url }, { prefix });
      const passage = new Passage(url);
      await passage.open();
      passage.close();
      const late = codec(passage.url);
      await late.start();
      await expect(late.writer()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await passage.open();
      try {
        const { payload } = paymentCompleted(newId());
        const frame = await eventually(async () => (await late.writer()).frame(topic, payload));
        expect(await late.decode(topic, frame)).toEqual(payload);
      } finally {
        passage.close();
      }
    });

    test('goes on with the schemas it knows while the registry is away, and waits for those it does not', async () => {
      await registerSchemas({ url }, { prefix });
      const { payload } = paymentCompleted(newId());
      const newer = await sentWith(version({ with: [{ name: 'note', type: 'string', default: '' }] }), {
        ...payload,
        note: '',
      });
      const passage = new Passage(url);
      await passage.open();
      const known = codec(passage.url);
      await known.start();
      const frame = (await known.writer()).frame(topic, payload);
      expect(await known.decode(topic, frame)).toEqual(payload);
      passage.close();
      expect(await known.decode(topic, (await known.writer()).frame(topic, payload))).toEqual(payload);
      // Not an EventFormatError, which would make a dead letter of it.
      await expect(known.decode(topic, newer)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(known.decode(topic, newer)).rejects.not.toThrow(EventFormatError);
    });
  });
});
