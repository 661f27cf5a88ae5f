import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

/** Runs a command line whose reader has gone before the first word. */
async function intoClosedPipe(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, stderr };
}

describe.skipIf(process.platform === 'win32')('a reader that has gone [POSIX pipes]', () => {
  test('the work is done all the same, quietly', async () => {
    const { root } = tempRepository();
    expect(await intoClosedPipe(root, 'init')).toEqual({ exitCode: 0, stderr: '' });
    expect(existsSync(path.join(root, '.kittify', 'config.yaml'))).toBe(true);
    expect(await intoClosedPipe(root, '--version')).toEqual({ exitCode: 0, stderr: '' });
    expect(await intoClosedPipe(root, '--help')).toEqual({ exitCode: 0, stderr: '' });
  });

  test('and a failure stays one', async () => {
    const { root } = tempRepository();
    expect(await intoClosedPipe(root, 'status', '--mission', 'x', '--json')).toEqual({
      exitCode: 1,
      stderr: '',
    });
    expect(await intoClosedPipe(root, 'nonsense')).toMatchObject({ exitCode: 2 });
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk behind the output [needs /dev/full]', () => {
  const intoFull = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: tempRepository().root,
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      encoding: 'utf8',
    });
    return { status, stderr };
  };
  const stderr =
    'Error: The output could not be written: ENOSPC: no space left on device, write [OUTPUT_NOT_WRITTEN]\n';

  test('is told in one sentence, and success is none', () => {
    for (const args of [
      ['--version'],
      ['--help'],
      ['agent', 'mission', 'list'],
      ['status', '--all', '--json'],
    ])
      expect(intoFull(...args), args.join(' ')).toEqual({ status: 1, stderr });
    expect(intoFull('nonsense', '--json')).toEqual({ status: 2, stderr });
  });

  test('standard error is nothing to fail over', () => {
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'nonsense'], {
      cwd: tempRepository().root,
      stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
