import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleEntry } from '@spec-kitty/testkit/bundle-entry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LastBytes } from './last-bytes.ts';
import { type ProcessRequest, runProcess } from './run-process.ts';
import { stopPlan } from './stop-process.ts';

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(path.join(tmpdir(), 'run-process-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const node = (script: string, options: Partial<ProcessRequest> = {}) =>
  runProcess({ argv: [process.execPath, '-e', script], cwd, env: { PATH: process.env['PATH'] }, ...options });

test('gives back both outputs and the exit code, whatever it is', async () => {
  const script = "console.log('out ☃'); console.error('err'); process.exitCode = 3";
  expect(await node(script)).toEqual({
    exitCode: 3,
    signal: undefined,
    stdout: 'out ☃\n',
    stderr: 'err\n',
    timedOut: false,
    truncated: false,
  });
});

test('passes arguments and input on untouched by any shell', async () => {
  const hostile = ['$(touch x)', '`id`', '; exit 9', '*', '"', "'", ' a  b ', '%PATH%', ''];
  const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const result = await runProcess({ argv: [process.execPath, '-e', script, '--', ...hostile], cwd, env: {} });
  expect(JSON.parse(result.stdout)).toEqual(hostile);
  const echoed = await node('process.stdin.pipe(process.stdout)', {
    stdin: new Uint8Array([0, 255, 10]),
    encoding: 'latin1',
  });
  expect(echoed.stdout).toBe('\0ÿ\n');
});

test('gives it the environment of the request and nothing else, and the directory', async () => {
  process.env['RUN_PROCESS_TEST'] = 'leaked';
  const result = await node('console.log(process.env.RUN_PROCESS_TEST, process.env.OWN, process.cwd())', {
    env: { OWN: 'x' },
  });
  delete process.env['RUN_PROCESS_TEST'];
  expect(result.stdout).toBe(`undefined x ${cwd}\n`);
});

test('input that is not read is no failure', async () => {
  expect((await node('', { stdin: 'x'.repeat(1_000_000) })).exitCode).toBe(0);
});

test('of too much output the end is kept', async () => {
  const result = await node("process.stdout.write('a'.repeat(100000) + 'the end')", { maxOutputBytes: 10 });
  expect(result).toMatchObject({ stdout: 'aaathe end', truncated: true, exitCode: 0 });
  const bytes = new LastBytes(4);
  for (const chunk of ['ab', 'c', 'defghi', '']) bytes.add(Buffer.from(chunk));
  expect([bytes.text('utf8'), bytes.dropped]).toEqual(['fghi', true]);
});

describe.skipIf(process.platform === 'win32')('ending [POSIX only]', () => {
  test('a signal is told', async () => {
    expect(await node("process.kill(process.pid, 'SIGKILL')")).toMatchObject({
      exitCode: undefined,
      signal: 'SIGKILL',
    });
  });

  test('after the timeout the whole family is gone', async () => {
    const script = 'sleep 60 & echo $! > child; sleep 60';
    const started = performance.now();
    const result = await runProcess({
      argv: ['sh', '-c', script],
      cwd,
      env: { PATH: process.env['PATH'] },
      timeoutMs: 300,
    });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    expect(performance.now() - started).toBeLessThan(5000);
    const child = Number(readFileSync(path.join(cwd, 'child'), 'utf8'));
    await expect.poll(() => isRunning(child)).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  test('a program left behind with the output open does not hold up the result', async () => {
    const started = performance.now();
    const result = await runProcess({
      argv: ['sh', '-c', 'echo done; sleep 30 & echo $! > child'],
      cwd,
      env: { PATH: process.env['PATH'] },
    });
    process.kill(Number(readFileSync(path.join(cwd, 'child'), 'utf8')));
    expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test.each([
    ['without output of its own', 'sleep 60 >/dev/null 2>&1 & echo $! > child'],
    ['that goes on printing', '(while echo more; do sleep 0.1; done) & echo $! > child'],
  ])('a command with a time limit takes what it left behind with it: %s', async (_, script) => {
    const result = await runProcess({
      argv: ['sh', '-c', `${script}; exit 3`],
      cwd,
      env: { PATH: process.env['PATH'] },
      timeoutMs: 20_000,
    });
    expect(result).toMatchObject({ timedOut: false, exitCode: 3 });
    const child = Number(readFileSync(path.join(cwd, 'child'), 'utf8'));
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  test.each([
    ['by the signal', '', [null, 'SIGINT']],
    ['by a listener', `process.once('SIGINT', () => process.exit(130));`, [130, null]],
  ])('when this process is ended %s, the family goes with it', async (_, before, end) => {
    const entry = await bundleEntry(`
      import { runProcess } from '@spec-kitty/local/process/run-process';
      ${before}
      await runProcess({ argv: ['sh', '-c', 'echo $$ > child; sleep 60'], cwd: process.argv[2], env: process.env, timeoutMs: 60_000 });
    `);
    const parent = spawn(process.execPath, [entry.file, cwd], { stdio: 'ignore' });
    const ended = once(parent, 'exit');
    const childFile = path.join(cwd, 'child');
    await expect
      .poll(() => existsSync(childFile) && readFileSync(childFile, 'utf8'), { timeout: 5000 })
      .toMatch(/\d+\n/);
    parent.kill('SIGINT');
    expect(await ended).toEqual(end);
    await expect.poll(() => isRunning(Number(readFileSync(childFile, 'utf8')))).toBe(false);
    entry.dispose();
  });

  test('a file that may not be executed is COMMAND_NOT_RUNNABLE', async () => {
    writeFileSync(path.join(cwd, 'plain'), 'x');
    chmodSync(path.join(cwd, 'plain'), 0o600);
    await expect(runProcess({ argv: ['./plain'], cwd, env: {} })).rejects.toMatchObject({
      code: 'COMMAND_NOT_RUNNABLE',
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a command or a directory that is not there is a fault with its name', async () => {
  await expect(runProcess({ argv: ['no-such-command'], cwd, env: { PATH: cwd } })).rejects.toMatchObject({
    kind: 'refused',
    code: 'COMMAND_NOT_FOUND',
    details: { command: 'no-such-command' },
  });
  await expect(node('', { cwd: path.join(cwd, 'absent') })).rejects.toMatchObject({
    code: 'DIRECTORY_MISSING',
  });
  await expect(node('a\0b')).rejects.toMatchObject({ code: 'COMMAND_NOT_RUNNABLE' });
});

test('Windows ends a family by a tool, the others by group', () => {
  expect(stopPlan('linux', 7)).toEqual({ group: -7 });
  expect(stopPlan('win32', 7)).toEqual({ command: ['taskkill', '/pid', '7', '/t', '/f'] });
});
