import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { escapedBytes, isEscaped } from '../files/escaped-text.ts';
import type { OutputEncoding } from '../process/last-bytes.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';
import { type GitOutcome, gitFailure, gitMissing, notUtf8, tooOld } from './git-failure.ts';
import { commandIndex, gitEnvironment, neutralArguments } from './neutral-settings.ts';

/** How one call differs from the usual one. */
export interface GitOptions {
  readonly stdin?: string | Uint8Array;
  /** Added to the neutral environment, such as `GIT_INDEX_FILE` or `GIT_COMMITTER_DATE`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** `latin1` and `escaped` keep every byte of the output. */
  readonly encoding?: OutputEncoding;
  /** Told the number of Git's process before it can have got its input. */
  readonly onStart?: (pid: number) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Asked {
  answer?: Promise<void>;
}

/** Environments that are neutral already. */
const NEUTRAL = new WeakSet<Environment>();

/** By the environment that says which Git it is. */
const VERSIONS = new WeakMap<Environment, Asked>();

const MAX_OUTPUT_BYTES = 400 * 1024 * 1024;

const ATTEMPTS = 10;
const HALF_MADE_WORKTREE = /worktrees\/[^/]+\/commondir/;

/** Calls that change something; the version is checked before the first of them, as it costs a process of 5 ms. */
const WRITING = new Set(
  `add am apply branch checkout checkout-index cherry-pick clean clone commit commit-tree fetch gc hash-object init merge
  merge-tree mktree mv notes pack-refs prune pull push read-tree rebase remote replace reset restore revert
  rm stash submodule switch tag update-index update-ref worktree write-tree`.split(/\s+/),
);

/**
 * The user's own Git, called in one directory with what executes or changes output switched off.
 *
 * Failures are Faults: `GIT_MISSING`, `GIT_TOO_OLD`, `GIT_FAILED` and what {@link gitFailure} knows.
 */
export class Git {
  readonly directory: string;
  readonly #env: Environment;
  #version: Asked;

  constructor(directory: string, env: Environment = process.env) {
    this.directory = directory;
    this.#env = NEUTRAL.has(env) ? env : gitEnvironment(env);
    NEUTRAL.add(this.#env);
    this.#version = VERSIONS.get(env) ?? {};
    VERSIONS.set(env, this.#version);
  }

  /** The same Git in another directory. */
  at(directory: string): Git {
    const other = new Git(directory, this.#env);
    other.#version = this.#version;
    return other;
  }

  /** Runs a command and returns its outcome, whatever the exit code. */
  async attempt(args: readonly string[], options: GitOptions = {}): Promise<ProcessResult> {
    if (isWriting(args)) await this.requireVersion();
    const result = await this.#settled(neutralArguments(args, process.platform), options);
    // Nobody may take a part of an answer for the whole.
    if (result.truncated || result.timedOut) throw cutShort(args, result);
    // Exit code 1 is an answer in most commands; all others may come from an option that an old version does not know.
    if (result.exitCode !== 0 && result.exitCode !== 1) await this.requireVersion();
    return result;
  }

  /** Runs a command that must succeed. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<ProcessResult> {
    const result = await this.attempt(args, options);
    if (result.exitCode === 0) return result;
    throw this.failure(args, result);
  }

  /** Output of a command that must succeed, without white space around it. */
  async text(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.run(args, options)).stdout.trim();
  }

  /** Like {@link text}; `undefined` when the command answers no (exit code 1). */
  async tryText(args: readonly string[], options: GitOptions = {}): Promise<string | undefined> {
    const result = await this.attempt(args, options);
    if (result.exitCode === 1) return undefined;
    if (result.exitCode === 0) return result.stdout.trim();
    throw this.failure(args, result);
  }

  /** Lines of the output; for paths use {@link records}, as a path may contain a newline. */
  async lines(args: readonly string[], options: GitOptions = {}): Promise<readonly string[]> {
    return split((await this.run(args, options)).stdout, '\n');
  }

  /** Parts of an output made with `-z`; paths in it keep every byte, and go back to Git by its standard input alone. */
  async records(args: readonly string[], options: GitOptions = {}): Promise<readonly string[]> {
    return split((await this.run(args, { encoding: 'escaped', ...options })).stdout, '\0');
  }

  /** Answer of a command that says yes by exit code 0 and no by 1; anything else is a failure. */
  async ok(args: readonly string[], options: GitOptions = {}): Promise<boolean> {
    return (await this.tryText(args, options)) !== undefined;
  }

  /** Explains an outcome of {@link attempt} as a failure. */
  failure(args: readonly string[], outcome: GitOutcome): Fault {
    return gitFailure(args, outcome);
  }

  /**
   * Runs a command again that met a worktree while another Git was making it: Git lists all worktrees before it does
   * anything, and gives up on one without its files.
   */
  async #settled(args: readonly string[], options: GitOptions): Promise<ProcessResult> {
    for (let attempt = 1; ; attempt++) {
      const result = await this.#spawn(args, options);
      if (result.exitCode !== 128 || attempt === ATTEMPTS || !HALF_MADE_WORKTREE.test(result.stderr))
        return result;
      await sleep(attempt * 20);
    }
  }

  async #spawn(args: readonly string[], { env, stdin, ...options }: GitOptions): Promise<ProcessResult> {
    const unsayable = args.find(isEscaped);
    if (unsayable !== undefined) throw notUtf8(unsayable);
    const input = typeof stdin === 'string' && isEscaped(stdin) ? escapedBytes(stdin) : stdin;
    try {
      return await runProcess({
        argv: ['git', ...args],
        cwd: this.directory,
        env: { ...this.#env, ...env },
        maxOutputBytes: MAX_OUTPUT_BYTES,
        ...options,
        ...(input !== undefined && { stdin: input }),
      });
    } catch (error) {
      throw error instanceof Fault && error.code === 'COMMAND_NOT_FOUND' ? gitMissing(error) : error;
    }
  }

  /** For work that must not stop half-way because Git turns out to be too old. @throws Fault `GIT_TOO_OLD`. */
  requireVersion(): Promise<void> {
    this.#version.answer ??= this.#spawn(['version'], {}).then(({ stdout }) => {
      const fault = tooOld(stdout);
      if (fault) throw fault;
    });
    return this.#version.answer;
  }
}

function isWriting(args: readonly string[]): boolean {
  const at = commandIndex(args);
  return WRITING.has(args[at] ?? '') && args[at + 1] !== 'list';
}

function cutShort(args: readonly string[], result: ProcessResult): Fault {
  const stderr = result.timedOut ? 'it took too long and was ended' : 'its output is too large';
  return gitFailure(args, { ...result, stderr });
}

function split(text: string, separator: string): readonly string[] {
  const parts = text.split(separator);
  if (parts.at(-1) === '') parts.pop();
  return parts;
}
