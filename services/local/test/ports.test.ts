import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { assertPortFree } from '../src/gateway.ts';
import { servicePorts } from '../src/options.ts';

test('a port in use is told with whose it is and what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const advice = 'stop the program that listens there, or choose another with --port.';
  await expect(assertPortFree(port, '127.0.0.1')).rejects.toThrow(`Port ${port} is in use: ${advice}`);
  await expect(assertPortFree(port, '127.0.0.1', 'the shop; ')).rejects.toThrow(`is in use: the shop; ${advice}`);
  taken.close();
  await once(taken, 'close');
  await expect(assertPortFree(port, '127.0.0.1')).resolves.toBeUndefined();
});

test.each([10, 20, 50, 110])('two platforms whose web ports are %d apart share no port', (distance) => {
  const portsOf = (webPort: number) => {
    const { cardSandbox, kafka, ...services } = servicePorts(webPort);
    const ofServices = Object.values(services).flatMap(({ httpPort, grpcPort }) => [httpPort, grpcPort]);
    return [webPort, cardSandbox, ...Object.values(kafka), ...ofServices];
  };
  const all = [...portsOf(3000), ...portsOf(3000 + distance)];
  expect(new Set(all).size).toBe(all.length);
});
