import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isAtLeast } from '../node.mjs';
import { sumReports, totalsLine } from '../test-report.ts';
import { Fixture } from './fixture.ts';

const root = path.resolve(import.meta.dirname, '../..');
const nodeModule = path.join(root, 'scripts', 'node.mjs');

describe('the runner', () => {
  test('names the commands when it does not know one', () => {
    const answer = spawnSync(process.execPath, ['scripts/run.mjs', 'strat'], { cwd: root, encoding: 'utf8' });
    expect(answer.status).toBe(2);
    expect(answer.stderr).toContain('There is no command "strat".');
    expect(answer.stderr).toContain('npm run start');
  });

  test.each(['--help', '-h'])('says what npm start takes (%s) where nothing is installed yet', async (flag) => {
    const clone = await mkdtemp(path.join(tmpdir(), 'finflow-clone-'));
    try {
      await cp(path.join(root, 'scripts'), path.join(clone, 'scripts'), { recursive: true });
      const usage = path.join('services', 'local', 'src', 'usage.txt');
      await cp(path.join(root, usage), path.join(clone, usage));
      const answer = spawnSync(process.execPath, ['scripts/run.mjs', 'start', flag], { cwd: clone, encoding: 'utf8' });
      expect(answer).toMatchObject({ status: 0, stderr: '' });
      expect(answer.stdout).toMatch(/^Usage: npm start -- \[options\]\n.*--port N/);
    } finally {
      await rm(clone, { recursive: true });
    }
  });

  const say = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/run.mjs', ...args], { cwd: root, encoding: 'utf8' });

  test.each(['check', 'generate', 'bench', 'evaluate', 'kill-test', 'screenshots', 'test', 'dev'])(
    'says what npm run %s takes, without running it',
    (name) => {
      expect(say(name, '--help')).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Usage: npm /),
        stderr: '',
      });
    },
  );

  test.each([
    [['kill-test', '--runs', 'abc'], "Unknown option '--runs'."],
    [['bench', 'web', 'rpc'], '"rpc" is one word too many.'],
    [['evaluate', 'forecast', '--json'], "Option '--json <value>' argument missing."],
    [['generate', '--nope'], "Unknown option '--nope'."],
    [['start', '--wrong'], "Unknown option '--wrong'."],
    [['dev', '5000'], '"5000" is one word too many. Options go after `--`.'],
    [['start', '--port', 'banana'], "--port must be a whole number from 1 to 64000, not 'banana'."],
    [['dev', '--port=65000'], "--port must be a whole number from 1 to 64000, not '65000'."],
    [['start', '--port', '--kafka'], "Option '--port' argument is ambiguous."],
  ])('%j is told what it may be, in a sentence', (args, sentence) => {
    const answer = say(...args);
    expect(answer).toMatchObject({ status: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^[^\n]+\nUsage: npm run /);
    expect(answer.stderr.split('\n')[0]).toBe(sentence);
  });

  test.each([
    ['24.11.1', true],
    ['24.12.0', true],
    ['25.0.0', true],
    ['24.11.0', false],
    ['22.99.9', false],
    ['20.20.2', false],
  ])('Node %s is new enough: %s', (version, expected) => {
    expect(isAtLeast(version, [24, 11, 1])).toBe(expected);
  });

  test("returns the child's exit code", async () => {
    expect(await exitOf(`process.exit(7)`)).toBe(7);
  });

  test('passes SIGTERM on and waits for the child to finish in its own way', async () => {
    const drain = `process.on('SIGTERM', () => process.exit(3)); console.log('ready'); setInterval(() => {}, 1000);`;
    expect(await exitOf(drain, 'SIGTERM')).toBe(3);
  });

  test('reports a child that a signal ended as shells do', async () => {
    expect(await exitOf(`process.kill(process.pid, 'SIGKILL')`)).toBe(128 + 9);
  });
});

describe('a signal to npm alone, as a supervisor sends it,', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'reaches the runner: %s',
    async (signal) => {
      const repository = new Fixture().copy('package.json').write(
        'scripts/run.mjs',
        `for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log(signal); process.exit(0); });
         setInterval(() => {}, 1000);
         console.log('ready');`,
      );
      try {
        const npm = spawn('npm', ['start'], { cwd: repository.root, stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        npm.stdout.on('data', (chunk) => {
          output += String(chunk);
          if (output.endsWith('ready\n')) npm.kill(signal);
        });
        await once(npm, 'close');
        expect(output).toMatch(new RegExp(`ready\n${signal}\n$`));
      } finally {
        repository.remove();
      }
    },
    30_000,
  );
});

/** Runs `script` through runNode in a process of its own; sends it `signal` once the script has printed something. */
function exitOf(script: string, signal?: NodeJS.Signals): Promise<number | null> {
  const program = `
    import { runNode } from ${JSON.stringify(nodeModule)};
    process.exitCode = await runNode(process.execPath, ${JSON.stringify(root)}, ['-e', ${JSON.stringify(script)}]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (signal) child.stdout.once('data', () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('the last line of npm test', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 1,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
  };

  test('sums all runs', () => {
    expect(totalsLine(sumReports([report, { ...report, numFailedTests: 2 }]))).toBe('10 passed, 2 failed, 4 skipped');
  });

  test('counts a file that could not be loaded and a run without a report as failures', () => {
    expect(sumReports([{ ...report, numRuntimeErrorTestSuites: 1 }, undefined]).failed).toBe(2);
  });
});
