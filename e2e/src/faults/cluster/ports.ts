import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of those may take the port of a killed server. */
const [LOWEST, HIGHEST] = [10_000, 32_000];
const ATTEMPTS = 100;

/** Neighbouring ports on 127.0.0.1 that are free now and stay so while their servers are down. */
export async function freePortBlock(count: number): Promise<number[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - count));
    const block = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(block.map(isFree))).every(Boolean)) return block;
  }
  throw new Error(`No ${count} neighbouring free ports found in ${ATTEMPTS} attempts.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
