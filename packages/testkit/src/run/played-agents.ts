import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentRunner, AgentTask, LeftBehind, RunningAgent } from '@spec-kitty/core/run/run-ports';
import type { AttemptEnd } from '@spec-kitty/core/run/run-record';

/** What the agent `script` is told, as far as it is played. */
export interface PlayedScript {
  readonly attempts: readonly {
    readonly message: string;
    readonly files: Readonly<Record<string, string>>;
  }[];
  readonly verdicts?: readonly string[];
  readonly subtasks?: readonly string[];
  readonly ms: number;
}

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Agents without a process of their own, which do with Git what the agent `script` does. */
export class PlayedAgents implements AgentRunner {
  readonly #scripts: Readonly<Record<string, PlayedScript>>;
  readonly #place: Place;

  constructor(scripts: Readonly<Record<string, PlayedScript>>, place: Place) {
    this.#scripts = scripts;
    this.#place = place;
  }

  reportFile(attempt: string): string {
    return path.join(this.#place.folder, attempt, 'report.json');
  }

  report(attempt: string): string | undefined {
    try {
      return readFileSync(this.reportFile(attempt), 'utf8');
    } catch {
      // broad-catch: it has left none
      return undefined;
    }
  }

  async start(task: AgentTask): Promise<RunningAgent> {
    let isStopped = false;
    const script = this.#scripts[task.wp];
    const work = async (): Promise<AttemptEnd> => {
      await pause(script?.ms ?? 0);
      if (isStopped || !script) return { how: 'stopped', reason: '', usage: {} };
      if (task.role === 'reviewer') this.#review(task, script);
      else this.#implement(task, script);
      return { how: 'exited', reason: '', usage: {} };
    };
    return {
      process: { pid: 0 },
      ended: work(),
      activity: () => ({ last: null, atMicros: 0, usage: {} }),
      stop: () => (isStopped = true),
    };
  }

  clear(): Promise<LeftBehind> {
    return Promise.resolve({});
  }

  #implement(task: AgentTask, { attempts, subtasks = [] }: PlayedScript): void {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: task.workspace, env: this.#place.env, encoding: 'utf8' });
    const cycle = Number(/^# Fix Mode: .* Cycle (\d+)$/m.exec(task.prompt)?.[1] ?? 0);
    const attempt = attempts[Math.min(cycle, attempts.length - 1)];
    if (attempt && !git('log', '--format=%s', '-n', '50').split('\n').includes(attempt.message)) {
      for (const [name, text] of Object.entries(attempt.files)) {
        mkdirSync(path.dirname(path.join(task.workspace, name)), { recursive: true });
        writeFileSync(path.join(task.workspace, name), text);
      }
      git('add', '-A', '--', ...Object.keys(attempt.files));
      git('commit', '--quiet', '--message', attempt.message);
    }
    this.#say(task, { subtasks_done: subtasks });
  }

  #review(task: AgentTask, { verdicts = ['approved'] }: PlayedScript): void {
    const past = Number(task.prompt.includes('since it was sent back'));
    const verdict = verdicts[Math.min(past, verdicts.length - 1)];
    this.#say(task, { verdict, summary: 'Looked at.', findings: [] });
  }

  #say({ attempt }: AgentTask, report: object): void {
    mkdirSync(path.dirname(this.reportFile(attempt)), { recursive: true });
    writeFileSync(this.reportFile(attempt), JSON.stringify(report));
  }
}
