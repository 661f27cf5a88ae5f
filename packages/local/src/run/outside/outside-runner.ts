import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { AgentRunner, AgentTask, LeftBehind, RunningAgent } from '@spec-kitty/core/run/run-ports';
import type { AttemptEnd, AttemptProcess } from '@spec-kitty/core/run/run-record';
import type { Git } from '../../git/git.ts';
import type { Fence } from '../fence/fence.ts';
import { processesOf } from '../../process/marked-processes.ts';
import { type OpenFile, openForWriting } from './open-outside.ts';
import type { OutsideWatch } from './outside-watch.ts';
import type { RefWatch } from './ref-watch.ts';
import { readSettings, type Settings, settingsChanged } from './settings-watch.ts';

/** What an {@link OutsideRunner} works with. */
export interface OutsideOptions {
  readonly fence: Fence;
  readonly watch: OutsideWatch;
  readonly refs: RefWatch;
  readonly git: Git;
  /** Folder of Git that all worktrees share. */
  readonly commonDir: string;
  /** Folder of the run. */
  readonly folder: string;
  /** How often the files that agents have open are looked at. */
  readonly everyMs?: number;
}

const EVERY_MS = 2000;

/**
 * Starts agents as another runner does. What changes outside of the worktree of one without a fence is kept and reported,
 * and so are refs and settings of Git, of which no fence keeps everything: what commits needs some of them. An agent is ended for it only where a process of its own is seen with the changed file open for writing.
 */
export class OutsideRunner implements AgentRunner {
  readonly #inner: AgentRunner;
  readonly #options: OutsideOptions;

  constructor(inner: AgentRunner, options: OutsideOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  reportFile(attempt: string): string {
    return this.#inner.reportFile(attempt);
  }

  report(attempt: string): string | undefined {
    return this.#inner.report(attempt);
  }

  async clear(attempt: string, process: AttemptProcess | null): Promise<LeftBehind> {
    const left = await this.#inner.clear(attempt, process);
    const moved = await this.#options.refs.recover(attempt);
    return { ...left, ...(moved.length > 0 && { moved }) };
  }

  async start(task: AgentTask): Promise<RunningAgent> {
    const { fence, watch, refs, folder } = this.#options;
    const { attempt, workspace } = task;
    const { kind, says } = await fence.stateAt(workspace);
    const isOpen = kind === 'none';
    if (isOpen) await watch.enter(attempt, { workspace, folder: path.join(folder, attempt) });
    try {
      await refs.enter(attempt, workspace);
      const settings = readSettings(this.#options.commonDir);
      const agent = noted(await this.#inner.start(task), says);
      const caught = isOpen ? this.#watchFiles(attempt, agent) : undefined;
      const ended = agent.ended.then(async (end) => {
        const found = await this.#found(attempt, settings);
        return this.#judged({ ...end, ...found }, await caught?.());
      });
      return { ...agent, ended };
    } catch (error) {
      await watch.leave(attempt);
      await refs.leave(attempt);
      throw error;
    }
  }

  async #found(attempt: string, settings: Settings): Promise<Pick<AttemptEnd, 'outside' | 'moved'>> {
    const { watch, refs, git, commonDir, folder } = this.#options;
    const place = { commonDir, folder: path.join(folder, attempt) };
    // Without Git first: settings that nobody can read are told all the same.
    const changed = await settingsChanged(git, place, settings);
    const moved = await refs.leave(attempt);
    const outside = [...(await watch.leave(attempt)), ...(changed ? [changed] : [])];
    return { ...(outside.length > 0 && { outside }), ...(moved.length > 0 && { moved }) };
  }

  #judged(all: AttemptEnd, caught: OpenFile | undefined): AttemptEnd {
    if (caught === undefined) return all;
    const reason = `It was ended: its process ${caught.pid} was changing ${caught.file}, which is not in its worktree.`;
    // Not as if a person had stopped it: the same would begin again.
    return { ...all, how: 'failed', reason };
  }

  /** @returns what ends the watch, with the file that the agent was ended for. */
  #watchFiles(attempt: string, agent: RunningAgent): () => Promise<OpenFile | undefined> {
    let caught: OpenFile | undefined;
    let looking: Promise<void> = Promise.resolve();
    let isLooking = false;
    const look = (): void => {
      if (isLooking || caught) return;
      isLooking = true;
      looking = this.#provenWriter(attempt)
        .then((found) => {
          caught = found;
          if (found) agent.stop();
        })
        .catch((error: unknown) => {
          // A disk that is full is met again by the look at the end, which tells it.
          if (!(error instanceof Fault)) throw error;
        })
        .finally(() => {
          isLooking = false;
        });
    };
    const timer = setInterval(look, this.#options.everyMs ?? EVERY_MS);
    return async () => {
      clearInterval(timer);
      await looking;
      return caught;
    };
  }

  /** A process of the attempt that has a file open for writing which has changed while the attempt ran. */
  async #provenWriter(attempt: string): Promise<OpenFile | undefined> {
    const { watch } = this.#options;
    const open = openForWriting(processesOf(attempt), (file) => watch.isOutside(attempt, file));
    if (open.length === 0) return undefined;
    await watch.look();
    const changes = watch.found(attempt);
    const changed = new Set(changes.flatMap(({ root, files }) => files.map((file) => path.join(root, file))));
    return open.find(({ file }) => changed.has(file));
  }
}

/** The process of an attempt goes on record with what was around it. */
function noted(agent: RunningAgent, fence: string): RunningAgent {
  const { process, ended } = agent;
  return {
    process: { ...process, fence },
    ended,
    activity: () => agent.activity(),
    stop: () => agent.stop(),
  };
}
