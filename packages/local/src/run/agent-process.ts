import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import type { Activity, AgentTask, RunningAgent } from '@spec-kitty/core/run/run-ports';
import type { AttemptEnd, AttemptProcess } from '@spec-kitty/core/run/run-record';
import { holderRecord } from '../lock/process-identity.ts';
import type { AgentLog } from './output/agent-log.ts';
import { AgentOutput } from './output/agent-output.ts';
import { askToEnd, endProcessesOf, signal } from '../process/end-processes.ts';
import type { AgentListener, TurnEnd } from './transports/agent-listener.ts';

/** What an agent's process works with. */
export interface AgentSurroundings {
  readonly log: AgentLog;
  readonly listener: AgentListener;
  readonly redact: (text: string) => string;
  readonly nowMicros: () => number;
  /** Command that opens a conversation again, where it is known. */
  readonly resume: (session: string) => string | undefined;
}

/** What does not end when it is told gets no more time than this. */
const GRACE_MS = 5000;
/** One that has answered may put its things away, and one that is asked to leave off may answer. */
const MANNERS_MS = 2000;
/** What timers can count. */
const LONGEST_MS = 2 ** 31 - 1;
const LONGEST_ACTION = 200;
const ERROR = /error/i;

/** An agent as a process of its own group, with all that it starts. */
export class AgentProcess implements RunningAgent {
  readonly process: AttemptProcess;
  readonly ended: Promise<AttemptEnd>;
  readonly #child: ChildProcess;
  readonly #pid: number;
  readonly #attempt: string;
  readonly #around: AgentSurroundings;
  #atMicros: number;
  #complaint: string | null = null;
  #stopping = false;
  #timedOutMs: number | undefined;

  constructor(child: ChildProcess, { attempt, timeoutMs }: AgentTask, around: AgentSurroundings) {
    if (child.pid === undefined) throw new Error('A process without a number');
    this.#child = child;
    this.#pid = child.pid;
    this.#attempt = attempt;
    this.#around = around;
    this.#atMicros = around.nowMicros();
    this.process = { ...holderRecord('agent', child.pid) };
    const output = new AgentOutput(child, around.log, {
      output: (line) => {
        this.#atMicros = around.nowMicros();
        around.listener.hear(line);
      },
      complaint: (line) => this.#complain(stripVTControlCharacters(line).trim()),
    });
    const limit = setTimeout(
      () => {
        this.#timedOutMs = timeoutMs;
        this.#leaveOff();
      },
      Math.min(timeoutMs, LONGEST_MS),
    );
    // Not 'close': one that closes its output may live on, and one that is gone may have left it to a daemon.
    this.ended = new Promise<void>((resolve) => child.once('exit', () => resolve())).then(async () => {
      clearTimeout(limit);
      // What it leaves running has no part in anything any more.
      signal(-this.#pid);
      await endProcessesOf(attempt);
      await output.end();
      around.log.close();
      around.listener.end?.();
      return this.#end(await around.listener.turn);
    });
    void around.listener.turn?.then(() => {
      child.stdin?.end();
      this.#unlessGone(MANNERS_MS, () => this.#terminate());
    });
  }

  activity(): Activity {
    const { last, usage } = this.#around.listener.read;
    return { last: last === null ? null : this.#shown(last), atMicros: this.#atMicros, usage };
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#leaveOff();
  }

  /** One that is talked with is asked first. */
  #leaveOff(): void {
    const { listener } = this.#around;
    if (listener.cancel === undefined) return this.#terminate();
    listener.cancel();
    this.#unlessGone(MANNERS_MS, () => this.#terminate());
  }

  #terminate(): void {
    askToEnd(this.#pid, this.#attempt);
    this.#unlessGone(GRACE_MS, () => signal(-this.#pid));
  }

  #unlessGone(afterMs: number, what: () => void): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const timer = setTimeout(what, afterMs);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  #shown(text: string): string {
    return this.#around.redact(text).slice(0, LONGEST_ACTION);
  }

  /** Its last line, unless one before was about an error: a stack comes behind that. */
  #complain(line: string): void {
    if (line !== '' && (ERROR.test(line) || !ERROR.test(this.#complaint ?? ''))) this.#complaint = line;
  }

  /** What went wrong; of one that fails without an event about it, what it has complained of last is as good a guess as any. */
  #said(): string | null {
    const { error, last } = this.#around.listener.read;
    const { exitCode } = this.#child;
    return error ?? (exitCode === null || exitCode === 0 ? null : (this.#complaint ?? last));
  }

  #end(turn: TurnEnd | undefined): AttemptEnd {
    const { usage, session } = this.#around.listener.read;
    const resume = session === null ? undefined : this.#around.resume(session);
    const said = this.#said();
    const says = said === null ? '' : `It says: ${this.#shown(said)}`;
    const { trouble } = this.#around.log;
    const log = trouble === undefined ? '' : `Its log could not be written: ${trouble}.`;
    const ended = (how: AttemptEnd['how'], ...sentences: readonly string[]): AttemptEnd => ({
      how,
      reason: [...sentences, log].filter((one) => one !== '').join(' '),
      usage,
      ...(session !== null && { session }),
      ...(resume !== undefined && { resume }),
    });
    if (this.#timedOutMs !== undefined)
      return ended('timed_out', `It was ended after ${this.#timedOutMs / 1000} s.`, says);
    if (this.#stopping) return ended('stopped', 'It was told to stop.');
    // How the process of one that has answered ends says nothing: it may have had to be ended.
    if (turn?.done === true) return ended('exited', says);
    const { exitCode, signalCode } = this.#child;
    if (turn !== undefined) return ended('failed', this.#shown(turn.reason), says);
    return exitCode === 0 ? ended('exited', says) : ended('failed', howEnded(exitCode, signalCode), says);
  }
}

/** Shells and fences tell a signal that ended what they ran as a number above this one. */
const SIGNALS_FROM = 128;

function howEnded(exitCode: number | null, signalCode: string | null): string {
  if (signalCode !== null) return `It was ended by ${signalCode}.`;
  const by = Object.entries(os.constants.signals).find(([, number]) => number + SIGNALS_FROM === exitCode);
  return by ? `It was ended by ${by[0]} (exit code ${exitCode}).` : `It ended with ${exitCode}.`;
}
