import childProcess, { type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { FaultPlan } from '../fault-plan.ts';
import { StretchGate } from './stretch-gate.ts';
import { UnsyncedFiles } from './unsynced-files.ts';

/** Thrown by every call of a process that counts as dead. */
class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** What a process did while a plan was armed. */
export interface FaultCount {
  readonly effects: number;
  /** Numbers of the calls that write, of which half can be done. */
  readonly writes: readonly number[];
  readonly gitCalls: number;
  /** Whether the fault has struck. */
  readonly fired: boolean;
  /** Whether the process counts as dead, so that its answer does not count. */
  readonly isDead: boolean;
}

type Call = (...args: unknown[]) => unknown;

const MUTATING = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'ftruncateSync',
  'fchmodSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'rmSync',
  'mkdirSync',
  'writeFileSync',
  'cpSync',
] as const;
/** A full disk still lets go of things. */
const NEEDS_SPACE = new Set([
  'openSync',
  'writeSync',
  'fsyncSync',
  'mkdirSync',
  'writeFileSync',
  'cpSync',
  'linkSync',
  'renameSync',
]);
const READING_GIT =
  /^(?:rev-parse|status|diff|diff-index|ls-tree|ls-files|cat-file|config|for-each-ref|merge-base|rev-list|log|show|check-ignore|symbolic-ref|version|grep|worktree list)/;

/**
 * Counts the calls by which a program changes files or starts Git, and makes one of them go wrong.
 *
 * It replaces functions of `node:fs` and `node:child_process` in this process, so the program under test is the
 * shipped one, without hooks of its own.
 */
export class FaultInjector {
  #plan: FaultPlan = { kind: 'none' };
  #armed = false;
  #dead = false;
  #gate = new StretchGate(undefined);
  #effects = 0;
  #writes: number[] = [];
  #gitCalls = 0;
  #fired = false;
  #meanwhile: () => void = () => undefined;
  #unsynced = new UnsyncedFiles();
  readonly #children = new Set<ChildProcess>();

  constructor() {
    for (const name of MUTATING)
      this.#wrap(fs as unknown as Record<string, Call>, name, (call, args) => this.#effect(name, call, args));
    this.#wrap(childProcess as unknown as Record<string, Call>, 'spawn', (call, args) =>
      this.#spawn(call, args),
    );
  }

  /** Starts counting. @param meanwhile what happens at the point of a plan of that kind. */
  arm(plan: FaultPlan, meanwhile: () => void = () => undefined): void {
    this.#plan = plan;
    this.#meanwhile = meanwhile;
    this.#armed = true;
    this.#dead = false;
    this.#fired = false;
    this.#gate = new StretchGate(plan.within);
    this.#effects = 0;
    this.#writes = [];
    this.#gitCalls = 0;
    this.#unsynced = new UnsyncedFiles();
  }

  /** Stops counting, and waits for programs that the dead process left running, as its orphans would. */
  async disarm(): Promise<FaultCount> {
    this.#armed = false;
    await Promise.all([...this.#children].map((child) => ended(child)));
    if (this.#plan.kind === 'power-cut') {
      this.#fired = true;
      this.#unsynced.lose();
    }
    return {
      effects: this.#effects,
      writes: this.#writes,
      gitCalls: this.#gitCalls,
      fired: this.#fired,
      isDead: this.#dead,
    };
  }

  #wrap(module: Record<string, Call>, name: string, around: (call: Call, args: unknown[]) => unknown): void {
    const original = module[name];
    if (!original) throw new Error(`There is no function ${name} to watch`);
    module[name] = (...args: unknown[]) => (this.#armed ? around(original, args) : original(...args));
  }

  #effect(name: string, call: Call, args: unknown[]): unknown {
    if (name === 'openSync' && !opensForWriting(args[1])) return call(...args);
    if (this.#dead) throw new Crashed(name);
    const watched = this.#plan.kind === 'power-cut' ? this.#unsynced.watching(name, call) : call;
    if (!this.#gate.counts(name, args)) return this.#uncounted(name, watched, args);
    this.#effects += 1;
    if (name === 'writeSync' || name === 'writeFileSync') this.#writes.push(this.#effects);
    return this.#perform(name, watched, args);
  }

  /** A disk that has begun to fail does not recover because the program has come further. */
  #uncounted(name: string, call: Call, args: unknown[]): unknown {
    const plan = this.#plan;
    if (plan.kind !== 'errno' || !this.#fired) return call(...args);
    return this.#failing(plan, name, () => call(...args));
  }

  #perform(name: string, call: Call, args: unknown[]): unknown {
    const plan = this.#plan;
    if (plan.kind === 'none' || plan.kind === 'git') return call(...args);
    if (plan.kind === 'errno') return this.#failing(plan, name, () => call(...args));
    if (this.#effects !== plan.at) return call(...args);
    if (plan.phase === 'before') this.#strike();
    // Only who dies leaves half of a file: to a process that lives on, the call would not have said that it is whole.
    const torn = plan.phase === 'torn' && (plan.kind !== 'meanwhile' || name === 'writeSync');
    const result = torn ? half(name, call, args) : call(...args);
    if (plan.phase !== 'before') this.#strike();
    return result;
  }

  #strike(): void {
    const plan = this.#plan;
    this.#fired = true;
    if (plan.kind === 'kill') {
      process.kill(plan.target === 'group' ? -process.pid : process.pid, 'SIGKILL');
      // The signal to a group may take a moment to arrive; nothing may happen until it has.
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    }
    if (plan.kind === 'crash' || plan.kind === 'power-cut') {
      this.#dead = true;
      throw new Crashed('struck');
    }
    this.#armed = false;
    this.#meanwhile();
    this.#armed = true;
  }

  #failing(plan: FaultPlan & { kind: 'errno' }, name: string, call: () => unknown): unknown {
    const due = this.#effects >= plan.at && (plan.lasting || !this.#fired);
    const concerned = !['ENOSPC', 'EDQUOT'].includes(plan.code) || NEEDS_SPACE.has(name);
    if (!due || !concerned) return call();
    this.#fired = true;
    throw Object.assign(new Error(`${plan.code}: injected, ${name}`), { code: plan.code, syscall: name });
  }

  #spawn(call: Call, args: unknown[]): unknown {
    if (this.#dead) throw new Crashed('spawn');
    const start = (...changed: unknown[]) => this.#watched(call(...changed) as ChildProcess);
    const [file, argv, options] = args as [string, readonly string[], object];
    if (path.basename(file).replace(/\.exe$/, '') !== 'git') return this.#effect('spawn', start, args);
    const counts = this.#gate.isOpen;
    if (counts) this.#gitCalls += 1;
    const plan = this.#plan;
    if (counts && plan.kind === 'git' && plan.at === this.#gitCalls) {
      this.#fired = true;
      return faulty(plan, start, { file, argv, options });
    }
    const isFailing = plan.kind === 'errno' && plan.lasting && this.#effects >= plan.at;
    if (isFailing && isWriting(argv)) {
      return start('sh', ['-c', 'echo "fatal: write error: No space left on device" >&2; exit 128'], options);
    }
    return this.#effect('spawn', start, args);
  }

  #watched(child: ChildProcess): ChildProcess {
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child));
    return child;
  }
}

function ended(child: ChildProcess): Promise<unknown> {
  // The dead would have let go of its pipes; unread output keeps a child from counting as closed.
  child.stdin?.destroy();
  child.stdout?.resume();
  child.stderr?.resume();
  return new Promise((resolve) => {
    child.once('close', resolve);
  });
}

function faulty(
  { how, delayMs }: FaultPlan & { kind: 'git' },
  start: (...args: unknown[]) => ChildProcess,
  { file, argv, options }: { file: string; argv: readonly string[]; options: object },
): ChildProcess {
  switch (how) {
    case 'refused':
      return start('sh', ['-c', 'echo "fatal: injected" >&2; exit 128'], options);
    case 'killed-at-once':
      return start('sh', ['-c', 'kill -9 $$'], options);
    case 'killed-at-end':
      return start('sh', ['-c', '"$@"; kill -9 $$', 'sh', file, ...argv], options);
    case 'killed-on-the-way': {
      const child = start(file, argv, options);
      setTimeout(() => child.kill('SIGKILL'), delayMs);
      return child;
    }
  }
}

function isWriting(argv: readonly string[]): boolean {
  let at = 0;
  while (argv[at]?.startsWith('-')) at += argv[at] === '-c' || argv[at] === '-C' ? 2 : 1;
  return !READING_GIT.test(argv.slice(at, at + 2).join(' '));
}

function opensForWriting(flags: unknown): boolean {
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && flags !== 'r';
}

/** Does half of a write, and the whole of anything that has no halves. */
function half(name: string, call: Call, args: unknown[]): unknown {
  const content = args[1];
  if (name === 'writeFileSync' && typeof content === 'string')
    return call(args[0], content.slice(0, content.length >> 1), ...args.slice(2));
  if (name === 'writeSync' && typeof content === 'string')
    return call(args[0], content.slice(0, content.length >> 1), ...args.slice(2));
  if (name === 'writeSync' && content instanceof Uint8Array) {
    const offset = typeof args[2] === 'number' ? args[2] : 0;
    return call(args[0], content, offset, (content.length - offset) >> 1);
  }
  return call(...args);
}
