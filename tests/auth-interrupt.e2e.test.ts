import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { authWorld } from '../packages/cli/src/testing/auth-world.ts';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

test.skipIf(process.platform === 'win32').each([
  ['a browser', []],
  ['a code to be typed', ['--headless']],
  ['the server', ['--headless', 'slow']],
])('A-14: Ctrl-C while it waits for %s [POSIX signals]', async (_, [headless, slow]) => {
  const world = await authWorld();
  if (slow) world.proxy.fail('/oauth/device', { kind: 'delay', beforeMs: 60_000 });
  const args = ['auth', 'login', ...(headless ? [headless] : [])];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: world.repository.root,
    // No browser: nobody answers.
    env: { ...world.env, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += String(part)));
  child.stderr.on('data', (part) => (stderr += String(part)));
  if (slow) await expect.poll(() => world.proxy.paths, { timeout: 20_000 }).toContain('/oauth/device');
  else await expect.poll(() => stderr, { timeout: 20_000 }).toContain('Waiting for up to');
  const port = Number(/127\.0\.0\.1%3A(\d+)%2Fcallback/.exec(stderr)?.[1] ?? 0);
  if (!headless) expect(await isOpen(port)).toBe(true);
  child.kill('SIGINT');
  const [exitCode] = (await once(child, 'close')) as [number | null];
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  if (!headless) expect(await isOpen(port)).toBe(false);
  const names = readdirSync(world.repository.base, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => /\.tmp$|session\.json/.test(name))).toEqual([]);
});
