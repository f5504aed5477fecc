import { expect, test } from '@jest/globals';
import { readAnnotatedValues } from '../annotated-values.ts';

const text = `# About the file.

# -- How many there are, over
# two lines.
# @schema {minimum: 1}
replicas: 2

# A section.
kafka:
  # -- Where it is.
  brokers: ""
  tls:
    # -- Whether.
    enabled: false

# -- Of every object.
# @schema {map: string}
labels: {a: b}
`;

test('a value is described by the comment above it, and nothing else may stand beside it', () => {
  const { values, schema } = readAnnotatedValues(text);
  expect(values).toEqual([
    { path: 'replicas', description: 'How many there are, over two lines.', default: 2 },
    { path: 'kafka.brokers', description: 'Where it is.', default: '' },
    { path: 'kafka.tls.enabled', description: 'Whether.', default: false },
    { path: 'labels', description: 'Of every object.', default: { a: 'b' } },
  ]);
  expect(schema).toMatchObject({
    additionalProperties: false,
    properties: {
      replicas: { type: 'integer', minimum: 1 },
      kafka: { additionalProperties: false, properties: { tls: { properties: { enabled: { type: 'boolean' } } } } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
    },
  });
});

test('a value that nobody described is named', () => {
  expect(() => readAnnotatedValues('a:\n  # no description\n  b: 1\n')).toThrow('Describe with `# -- `: a.b.');
});
