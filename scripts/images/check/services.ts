import { programs } from '../programs.ts';
import { type Checking, until } from './checking.ts';

/** Ends by SIGTERM, which a first process that ignores it would not. */
const WAITS = "process.once('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('waiting')";

/** Every program loads what it needs: without its variables or arguments it says which are missing, and nothing else. */
export async function checkServices({ containers, reference, expect }: Checking): Promise<void> {
  for (const program of programs) {
    const knowsHelp = /commands\/|rebuild/.test(program);
    // With an endpoint, telemetry loads all of its packages, too.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    const { code, output } = await containers.run({
      reference,
      env,
      args: [program, ...(knowsHelp ? ['--help'] : [])],
    });
    const wanted = knowsHelp ? /^0 .*Usage: /s : /^[12] .*(is required|Usage: )/s;
    expect(`runs ${program}`, `${code} ${output}`, wanted);
  }

  const { id } = await containers.start({ reference, args: ['--eval', WAITS] });
  await until(async () => (await containers.logs(id)).includes('waiting'), 'the program of a container to start');
  expect('runs as 65532', await containers.users(id), ['65532']);
  const { code, ms } = await containers.stop(id);
  expect('is told of SIGTERM', code === 0 && ms < 5_000, true);
}
