import { expect, test } from '@jest/globals';
import { type Validated, verdictOn } from '../kubeconform.ts';

const object = (kind: string, version: string, status: string): Validated => ({
  filename: 'production.yaml',
  kind,
  name: 'finflow-auth',
  version,
  status,
  msg: status === 'statusInvalid' ? 'got string, want integer' : '',
});

test('an object that is not what its schema says is a problem', () => {
  const { problems } = verdictOn([object('Deployment', 'apps/v1', 'statusInvalid')]);
  expect(problems).toEqual(['production.yaml: Deployment finflow-auth: got string, want integer']);
});

test('a kind of Kubernetes itself without a schema is a problem: nothing would be checked', () => {
  const own = ['v1', 'apps/v1', 'batch/v1', 'policy/v1', 'autoscaling/v2', 'networking.k8s.io/v1'];
  for (const version of own) {
    const { problems } = verdictOn([object('Thing', version, 'statusSkipped')]);
    expect(problems).toEqual(['no schema was found of Thing.']);
  }
});

test('an operator’s kind without a schema is named', () => {
  const objects = [
    object('Service', 'v1', 'statusValid'),
    object('Kafka', 'kafka.strimzi.io/v1', 'statusSkipped'),
    object('HTTPRoute', 'gateway.networking.k8s.io/v1', 'statusSkipped'),
  ];
  expect(verdictOn(objects)).toEqual({
    line: '1 of 3 objects validated; not looked at, for want of a schema: HTTPRoute, Kafka',
    problems: [],
  });
});
