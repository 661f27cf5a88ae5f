import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StreamFormat } from '@spec-kitty/core/run/agents/read-stream';
import type { RunningAgent } from '@spec-kitty/core/run/run-ports';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf } from '../process/marked-processes.ts';
import { attemptFiles } from './attempt-files.ts';
import { ProcessRunner } from './process-runner.ts';

const SECRET = 'a-secret-4711';
let count = 0;

interface Started {
  readonly agent: RunningAgent;
  readonly attempt: string;
  readonly log: () => string;
  readonly report: () => string | undefined;
  /** Its file as it is. */
  readonly kept: () => string;
}

/** An agent that is a few lines of JavaScript. */
async function agent(
  script: string,
  more: {
    readonly timeoutMs?: number;
    readonly stream?: StreamFormat;
    readonly stdin?: string;
    readonly resume?: readonly string[];
  } = {},
): Promise<Started> {
  const { timeoutMs = 60_000, stream = 'none', ...rest } = more;
  const folder = mkdtempSync(path.join(tmpdir(), 'process-runner-'));
  const env = { ...process.env, NODE_OPTIONS: '', A_SECRET: SECRET };
  const argv = [process.execPath, '-e', script];
  const invocation = () => ({ argv, mayKnow: (name: string) => name === 'A_SECRET', stream, ...rest });
  const runner = new ProcessRunner({ folder, env, invocation });
  const attempt = `${process.pid}-${(count += 1)}`;
  const task = { attempt, agent: 'x', role: 'implementer', mission: 'm', wp: 'WP01', prompt: 'p' } as const;
  const started = await runner.start({ ...task, workspace: folder, timeoutMs });
  onTestFinished(async () => {
    started.stop();
    await started.ended;
    rmSync(folder, { recursive: true });
  });
  return {
    agent: started,
    attempt,
    log: () => readFileSync(attemptFiles(folder, attempt).log, 'utf8'),
    report: () => runner.report(attempt),
    kept: () => readFileSync(attemptFiles(folder, attempt).report, 'utf8'),
  };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(20);
}

test('its Git shows what commits have, and nothing that was put in place of it', async () => {
  const { agent: one, log } = await agent('console.log(process.env.GIT_NO_REPLACE_OBJECTS);');
  await one.ended;
  expect(log()).toBe('1\n');
});

test('what it prints is in its log while it runs, without secrets, and its last line is what it does', async () => {
  const { agent: one, log } = await agent(
    'console.log("with " + process.env.A_SECRET); console.error("aside"); setInterval(() => {}, 1000);',
  );
  const before = one.activity();
  await until(() => one.activity().last !== null && log().includes('aside'));
  expect(one.activity()).toEqual({ last: 'with ***', atMicros: expect.any(Number), usage: {} });
  expect(one.activity().atMicros).toBeGreaterThan(before.atMicros);
  expect(log().split('\n').toSorted()).toEqual(['', 'aside', 'with ***']);
  one.stop();
  expect(await one.ended).toEqual({ how: 'stopped', reason: 'It was told to stop.', usage: {} });
});

test('its report is without secrets, and one that is too long is refused', async () => {
  const says = `const { writeFileSync } = require('node:fs'); const say = (text) => writeFileSync(process.env.SPEC_KITTY_REPORT, text);`;
  const short = await agent(`${says} say(JSON.stringify({ blocked: 'no ' + process.env.A_SECRET }));`);
  await short.agent.ended;
  expect(short.kept()).toContain(SECRET);
  expect(short.report()).toBe('{"blocked":"no ***"}');
  expect(short.kept()).toBe('{"blocked":"no ***"}');
  const long = await agent(`${says} say('x'.repeat(300 * 1024));`);
  await long.agent.ended;
  expect(long.report).toThrow(
    expect.objectContaining({ code: 'REPORT_TOO_LONG', message: expect.stringMatching(/300 KiB.* 256 KiB/) }),
  );
});

test('what it says in events is its activity, and in the end its usage and what went wrong', async () => {
  const events = [
    { type: 'thread.started', thread_id: 'x' },
    { type: 'item.completed', item: { command: `curl ${SECRET}` } },
    { type: 'turn.completed', usage: { input_tokens: 7, output_tokens: 3 } },
    { type: 'turn.failed', error: { message: `no quota for ${SECRET}` } },
  ];
  const script = `for (const one of ${JSON.stringify(events)}) console.log(JSON.stringify(one)); process.exitCode = 3;`;
  const { agent: one } = await agent(script, { stream: 'codex' });
  expect(await one.ended).toEqual({
    how: 'failed',
    reason: 'It ended with 3. It says: no quota for ***',
    usage: { tokens: 10 },
    session: 'x',
  });
  expect(one.activity()).toMatchObject({ last: 'curl ***', usage: { tokens: 10 } });
});

test('it may be told something on its standard input, which then ends, and need not read it', async () => {
  const reads = 'process.stdin.on("data", (text) => console.log(String(text).length)).resume();';
  const { agent: one, log } = await agent(reads, { stdin: 'abc' });
  expect((await one.ended).how).toBe('exited');
  expect(log()).toBe('3\n');
  const { agent: other } = await agent('', { stdin: 'x'.repeat(1_000_000) });
  expect((await other.ended).how).toBe('exited');
});

test('one that closes its output and lives on is at work until its time is up', async () => {
  const { agent: one, attempt } = await agent(
    'require("node:fs").closeSync(1); require("node:fs").closeSync(2); setInterval(() => {}, 1000);',
    { timeoutMs: 300 },
  );
  expect(await one.ended).toMatchObject({ how: 'timed_out', reason: 'It was ended after 0.3 s.' });
  expect(processesOf(attempt)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a daemon that keeps its output open, and that nobody finds, keeps nothing from going on [needs sessions]',
  async () => {
    const daemon =
      'const { spawn } = require("node:child_process");' +
      'const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { detached: true, env: {}, stdio: ["ignore", "inherit", "inherit"] });' +
      'child.unref(); console.log(child.pid);';
    const { agent: one, log } = await agent(daemon);
    const end = await one.ended;
    const pid = Number(log());
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(end.how).toBe('exited');
    expect(process.kill(pid, 0)).toBe(true);
  },
);

test('a flood is cut, and leaves the engine alone', async () => {
  const script =
    'const line = "x".repeat(99) + "\\n"; for (;;) require("node:fs").writeSync(1, line.repeat(1000));';
  const { agent: one, log } = await agent(script);
  await until(() => /^\[spec-kitty: \d+ characters of output were cut here\]$/m.test(log()));
  one.stop();
  expect((await one.ended).how).toBe('stopped');
  expect(log().length).toBeLessThan(11_000_000);
});

test('what cannot be started says so', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'process-runner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const start = (argv: readonly string[]) =>
    new ProcessRunner({
      folder,
      env: process.env,
      invocation: () => ({ argv, mayKnow: () => false, stream: 'none' }),
    }).start({
      attempt: 'a',
      agent: 'x',
      role: 'implementer',
      mission: 'm',
      wp: 'WP01',
      workspace: folder,
      prompt: 'p',
      timeoutMs: 1000,
    });
  await expect(start(['no-such-agent'])).rejects.toMatchObject({ code: 'AGENT_NOT_STARTED' });
  await expect(start([process.execPath, 'x'.repeat(10_000_000)])).rejects.toMatchObject({
    code: 'AGENT_NOT_STARTED',
    message: expect.stringContaining('E2BIG'),
  });
});

test('what fails without an event about it is told by what it complained of, above its stack', async () => {
  const { agent: one } = await agent(
    'console.log("at it"); const fail = () => { throw new TypeError("no credit left, " + process.env.A_SECRET); }; fail();',
  );
  expect(await one.ended).toMatchObject({
    how: 'failed',
    reason: 'It ended with 1. It says: TypeError: no credit left, ***',
  });
  const { agent: other } = await agent('console.log("at it"); console.error("no credit"); process.exit(3);');
  expect((await other.ended).reason).toBe('It ended with 3. It says: no credit');
});

test.skipIf(process.platform === 'win32')(
  'a signal is told by its name, also where a shell or a fence around it tells a number [needs signals]',
  async () => {
    const { agent: inside } = await agent('process.exit(139);');
    expect((await inside.ended).reason).toBe('It was ended by SIGSEGV (exit code 139).');
    const { agent: itself } = await agent('process.kill(process.pid, "SIGKILL");');
    expect((await itself.ended).reason).toBe('It was ended by SIGKILL.');
    const { agent: none } = await agent('process.exit(255);');
    expect((await none.ended).reason).toBe('It ended with 255.');
  },
);

test('a session that is told is opened again where it was held', async () => {
  const event = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's1' });
  const { agent: one } = await agent(`console.log(${JSON.stringify(event)});`, {
    stream: 'claude',
    resume: ['x', '--resume', '{session}'],
  });
  expect(await one.ended).toMatchObject({
    session: 's1',
    resume: expect.stringMatching(/^cd \S+process-runner-\S+ && x --resume s1$/),
  });
});
