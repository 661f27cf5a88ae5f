import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BundledEntry, bundleEntry } from './bundle-entry.ts';
import type { OpenLock } from './lock-worker.ts';

/** The lock under test, twice: as a function, and as child processes import it. */
export interface LockSubject {
  readonly open: OpenLock;
  /** Import specifier of the module that exports it, such as `@spec-kitty/local/lock/kernel-lock`. */
  readonly module: string;
  readonly exportName: string;
}

/** What every {@link Lock} must do, within one process and against real others that are killed. */
export function lockContract(subject: LockSubject): void {
  describe(`${subject.exportName} keeps the lock contract`, () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const open = (waitMs = 10_000) => subject.open({ folder: path.join(folder, 'locks'), waitMs });

    withinOneProcess(open);
    namesAndFiles(open, () => folder);
    const run = workers(subject, () => folder);
    betweenProcesses(run, open, () => folder);
    afterKills(run, open, () => folder);
  });
}

type Open = (waitMs?: number) => ReturnType<OpenLock>;

const pause = (millis: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, millis);
  });

function withinOneProcess(open: Open): void {
  test('gives back what the body returns, and frees the lock when it throws', async () => {
    const lock = open(100);
    expect(await lock.hold('a', 'test', async () => 42)).toBe(42);
    await expect(lock.hold('a', 'test', () => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
    expect(await lock.hold('a', 'test', async () => 'free')).toBe('free');
  });

  test('excludes two call chains of one process, also through two objects', async () => {
    const locks = [open(), open()] as const;
    let inside = 0;
    let most = 0;
    const visit = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await pause(2);
      inside -= 1;
    };
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) => locks[turn % 2 ? 0 : 1].hold('a', 'test', visit)),
    );
    expect(most).toBe(1);
  });

  test('different names do not wait for each other, also nested', async () => {
    const lock = open(100);
    expect(await lock.hold('a', 'outer', () => lock.hold('b', 'inner', async () => 'both'))).toBe('both');
  });

  test('taking the same name inside its own body is a bug, told at once, and the outer hold stays', async () => {
    const lock = open(2000);
    const started = performance.now();
    await lock.hold('a', 'outer', async () => {
      const nested = lock.hold('b', 'between', () => open().hold('a', 'inner', async () => 'never'));
      const error: unknown = await nested.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(Fault);
      expect(performance.now() - started).toBeLessThan(1000);
    });
    expect(await lock.hold('a', 'after', async () => 'free')).toBe('free');
  });

  test('work that outlives the body may take the lock again', async () => {
    const lock = open(2000);
    let later: Promise<string> | undefined;
    await lock.hold('a', 'outer', async () => {
      later = pause(20).then(() => lock.hold('a', 'later', async () => 'mine'));
    });
    expect(await later).toBe('mine');
  });
}

function namesAndFiles(open: Open, folder: () => string): void {
  test('hostile names stay inside the folder', async () => {
    const lock = open();
    for (const name of ['../../out', '/etc/x', 'a/b', '..', 'nul', 'ü']) {
      expect(await lock.hold(name, 'test', async () => name)).toBe(name);
    }
    expect(readdirSync(folder())).toEqual(['locks']);
  });

  test('a folder that cannot be made is told', async () => {
    writeFileSync(path.join(folder(), 'locks'), 'a file');
    await expect(open().hold('a', 'test', async () => 1)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
}

interface Workers {
  /** Adds to the number in a file; `started` when it first has, and `ended` gives what it printed. */
  count(
    file: string,
    times: number,
  ): {
    readonly child: ChildProcess;
    readonly started: Promise<unknown>;
    readonly ended: Promise<string>;
  };
  /** Resolves once the child holds the lock `held`. */
  hold(): Promise<ChildProcess>;
}

/** Child processes of one suite, all gone after each test. */
function workers(subject: LockSubject, folder: () => string): Workers {
  let entry: BundledEntry;
  const children = new Set<ChildProcess>();
  beforeAll(async () => {
    entry = await bundleEntry(`
      import { runLockWorker } from '@spec-kitty/testkit/lock-worker';
      import { ${subject.exportName} } from '${subject.module}';
      await runLockWorker(${subject.exportName}, process.argv.slice(2));
    `);
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });
  afterAll(() => entry.dispose());

  const start = (mode: string, ...args: string[]) => {
    const child = spawn(process.execPath, [entry.file, mode, path.join(folder(), 'locks'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.add(child);
    return child;
  };
  return {
    count(file, times) {
      const child = start('count', file, String(times));
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      return { child, started: once(child.stdout, 'data'), ended: once(child, 'close').then(() => output) };
    },
    async hold() {
      const child = start('hold');
      expect(String((await once(child.stdout, 'data'))[0])).toBe('held\n');
      return child;
    },
  };
}

function betweenProcesses(run: Workers, open: Open, folder: () => string): void {
  test('6 processes with 40 increments each lose none', async () => {
    const file = path.join(folder(), 'count');
    writeFileSync(file, '0');
    const outputs = await Promise.all(Array.from({ length: 6 }, () => run.count(file, 40).ended));
    expect(outputs).toEqual(Array.from({ length: 6 }, () => '+'.repeat(40)));
    expect(readFileSync(file, 'utf8')).toBe('240');
  });

  test('a live holder is named after the wait, which is bounded', async () => {
    const holder = await run.hold();
    const started = performance.now();
    const failure: unknown = await open(300)
      .hold('held', 'test', async () => 1)
      .catch((caught: unknown) => caught);
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThanOrEqual(299);
    expect(waited).toBeLessThan(2000);
    expect(failure).toMatchObject({
      kind: 'busy',
      code: 'LOCK_BUSY',
      details: { lock: 'held', holder: { pid: holder.pid, purpose: 'worker hold' } },
    });
    const { message, details } = failure as Fault;
    const since = (details['holder'] as { since: string }).since;
    expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(30_000);
    for (const part of [String(holder.pid), 'worker hold', since]) expect(message).toContain(part);
  });

  test('a holder that ends lets the next one in', async () => {
    const holder = await run.hold();
    const next = open().hold('held', 'test', async () => 'mine');
    holder.stdin?.end();
    expect(await next).toBe('mine');
  });
}

function afterKills(run: Workers, open: Open, folder: () => string): void {
  test('a holder killed with SIGKILL lets the next one in at once', async () => {
    const holder = await run.hold();
    const next = open().hold('held', 'test', async () => performance.now());
    await pause(50);
    const killed = performance.now();
    holder.kill('SIGKILL');
    expect((await next) - killed).toBeLessThan(1000);
  });

  test('killing holders at random lets never two in, and loses nothing acknowledged', async () => {
    const file = path.join(folder(), 'count');
    writeFileSync(file, '0');
    const kills = 24;
    const ended: Promise<string>[] = [];
    const kill = ({ child, ended: output }: ReturnType<Workers['count']>) => {
      child.kill('SIGKILL');
      ended.push(output);
    };
    const running = Array.from({ length: 3 }, () => run.count(file, 1_000_000));
    for (let done = 0; done < kills; done += 1) {
      running.push(run.count(file, 1_000_000));
      const victim = running.shift();
      if (!victim) break;
      await victim.started;
      await pause(Math.random() * 8);
      kill(victim);
    }
    running.forEach(kill);
    const output = (await Promise.all(ended)).join('');
    expect(output).not.toContain('overlap');
    const count = Number(readFileSync(file, 'utf8'));
    expect(count).toBeGreaterThanOrEqual(output.length);
    expect(count).toBeLessThanOrEqual(output.length + ended.length);
    expect(output.length).toBeGreaterThanOrEqual(kills);
  });
}
