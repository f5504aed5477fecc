import { rm } from 'node:fs/promises';
import { run } from './jest-global-setup.ts';

/** Stops the run's servers and removes their data. */
export default async function stopTestServer(): Promise<void> {
  const started = run.finflowTestServer;
  if (!started) return;
  await started.kafka.stop();
  await started.server.stop();
  await rm(started.server.dataDir, { recursive: true, force: true });
  await rm(started.folder, { recursive: true, force: true });
}
