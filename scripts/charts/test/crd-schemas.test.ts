import { expect, test } from '@jest/globals';
import { crdSchemas, type Schema } from '../crd-schemas.ts';

/** What becomes of a field `spec` that a CRD describes so. */
function converted(spec: Schema): Schema | undefined {
  const crd = {
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'kafka.strimzi.io',
      names: { kind: 'KafkaUser' },
      versions: [{ name: 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
    },
  };
  return crdSchemas(JSON.stringify(crd))[0]?.schema.properties?.spec;
}

test('each version of each CRD has a schema of its own, where kubeconform looks for it', () => {
  const crd = (kind: string, versions: string[]) => `---
kind: CustomResourceDefinition
spec:
  group: kafka.strimzi.io
  names: {kind: ${kind}}
  versions: [${versions.map((name) => `{name: ${name}, schema: {openAPIV3Schema: {type: object}}}`).join(', ')}]
`;
  const schemas = crdSchemas(
    `---\nkind: Namespace\n${crd('Kafka', ['v1', 'v1beta2'])}${crd('KafkaUser', ['v1'])}---\n`,
  );
  expect(schemas.map(({ path }) => path)).toEqual([
    'kafka.strimzi.io/kafka_v1.json',
    'kafka.strimzi.io/kafka_v1beta2.json',
    'kafka.strimzi.io/kafkauser_v1.json',
  ]);
  for (const { schema } of schemas) {
    expect(Object.keys(schema.properties ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(schema.additionalProperties).toBe(false);
  }
});

test('a field that is not named is refused, however deep', () => {
  const named = { type: 'object', properties: { name: { type: 'string' } } };
  const refused = { ...named, additionalProperties: false };
  expect(converted(named)).toEqual(refused);
  expect(converted({ type: 'array', items: named })).toEqual({ type: 'array', items: refused });
  expect(converted({ type: 'object', additionalProperties: named })).toEqual({
    type: 'object',
    additionalProperties: refused,
  });
  expect(converted({ type: 'object', properties: { properties: named } })?.properties?.properties).toEqual(refused);
});

test('an object that is kept as it comes stays open', () => {
  const kept = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  expect(converted(kept)).toEqual(kept);
  expect(converted({ ...kept, properties: {} })).toEqual({ ...kept, properties: {}, additionalProperties: true });
  expect(converted({ type: 'object' })).toEqual({ type: 'object' });
});

test('a number or a string, and null where it is allowed', () => {
  const either = [{ type: 'integer' }, { type: 'string' }];
  expect(converted({ 'x-kubernetes-int-or-string': true })?.anyOf).toEqual(either);
  expect(converted({ type: 'string', enum: ['a'], nullable: true })).toEqual({
    type: ['string', 'null'],
    enum: ['a', null],
  });
});

test('what only restricts named fields refuses no others', () => {
  const one = [{ properties: { name: { enum: ['a'] } } }];
  expect(converted({ type: 'object', properties: { name: {}, size: {} }, oneOf: one })?.oneOf).toEqual(one);
});
