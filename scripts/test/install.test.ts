import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureInstalled, isInstalled } from '../install.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'finflow-install-'));
  writeLock('package-lock.json', { '': {}, 'node_modules/left': { version: '1.0.0' } });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeLock(place: string, packages: Record<string, object>): void {
  mkdirSync(path.dirname(path.join(root, place)), { recursive: true });
  writeFileSync(path.join(root, place), JSON.stringify({ packages }));
}

function installer(): {
  install: () => Promise<void>;
  log: (line: string) => void;
  runs: () => number;
  lines: string[];
} {
  let runs = 0;
  const lines: string[] = [];
  const install = async (): Promise<void> => {
    runs += 1;
    mkdirSync(path.join(root, 'node_modules'), { recursive: true });
  };
  return { install, log: (line) => lines.push(line), runs: () => runs, lines };
}

describe('installing when needed', () => {
  test('installs when there is nothing, says so, and does nothing the second time', async () => {
    const npm = installer();
    expect(await ensureInstalled(root, npm)).toBe(true);
    expect(npm.lines[0]).toMatch(/^Installing dependencies/);
    expect(await ensureInstalled(root, npm)).toBe(false);
    expect(npm.runs()).toBe(1);
  });

  test('installs again when the lock file changes', async () => {
    const npm = installer();
    await ensureInstalled(root, npm);
    writeLock('package-lock.json', { '': {}, 'node_modules/left': { version: '2.0.0' } });
    expect(await ensureInstalled(root, npm)).toBe(true);
  });

  test('two at once install once', async () => {
    const npm = installer();
    const results = await Promise.all([ensureInstalled(root, npm), ensureInstalled(root, npm)]);
    expect(results.sort()).toEqual([false, true]);
    expect(npm.runs()).toBe(1);
  });

  test('a lock left by a process that was killed does not block', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    writeFileSync(path.join(root, '.finflow-install.lock'), String(dead));
    expect(await ensureInstalled(root, installer())).toBe(true);
    expect(existsSync(path.join(root, '.finflow-install.lock'))).toBe(false);
  });

  test('a failed install is not taken for an install, and releases the lock', async () => {
    const failing = { ...installer(), install: () => Promise.reject(new Error('no network')) };
    await expect(ensureInstalled(root, failing)).rejects.toThrow('no network');
    expect(await ensureInstalled(root, installer())).toBe(true);
  });
});

describe('what somebody installed with npm themselves', () => {
  const hidden = 'node_modules/.package-lock.json';

  test('counts when it is what the lock says', () => {
    writeLock(hidden, { 'node_modules/left': { version: '1.0.0' } });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ['another version', { 'node_modules/left': { version: '0.9.0' } }],
    ['a missing package', {}],
  ])('does not count with %s', (_, packages) => {
    writeLock(hidden, packages);
    expect(isInstalled(root)).toBe(false);
  });

  test('needs no package that is for another platform', () => {
    const elsewhere = process.platform === 'win32' ? 'linux' : 'win32';
    writeLock('package-lock.json', { 'node_modules/binary': { version: '1.0.0', os: [elsewhere] } });
    writeLock(hidden, {});
    expect(isInstalled(root)).toBe(true);
  });
});
