import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { parseJson } from '@spec-kitty/core/parse-json';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import type { LeftWork } from '@spec-kitty/core/run/fence/left-work';
import type { AgentRunner, AgentTask, LeftBehind, RunningAgent } from '@spec-kitty/core/run/run-ports';
import type { AttemptEnd, AttemptProcess } from '@spec-kitty/core/run/run-record';
import { readText } from '../../files/plain-file.ts';
import { hasFields, isText } from '../../files/read-record.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import type { CheckoutOwner } from '../../checkout/hold-index.ts';
import { type Given, givenIn, putBack } from './put-back.ts';
import { removeLeftLocks } from './remove-left-locks.ts';

/** Where an attempt worked, and since when. */
interface Place {
  readonly workspace: string;
  readonly since: number;
  /** What a reviewer was given there. */
  readonly given?: Given;
}

/**
 * Starts agents as another runner does, and clears away what a killed one has left in its worktree, as soon as its processes
 * are gone: the next one there would fail at it, through no fault of its own. What a reviewer has left is put away with it.
 */
export class TidyRunner implements AgentRunner {
  readonly #inner: AgentRunner;
  readonly #folder: string;
  readonly #owner: CheckoutOwner;

  /** @param folder of the runs of a mission, under its id, with one folder for each attempt. */
  constructor(inner: AgentRunner, folder: string, owner: CheckoutOwner) {
    this.#inner = inner;
    this.#folder = folder;
    this.#owner = owner;
  }

  reportFile(attempt: string): string {
    return this.#inner.reportFile(attempt);
  }

  report(attempt: string): string | undefined {
    return this.#inner.report(attempt);
  }

  async start(task: AgentTask): Promise<RunningAgent> {
    const { attempt, workspace, role } = task;
    // What was held when an earlier attempt ended may be free by now.
    await this.#tidy(workspace);
    const given = role === 'reviewer' ? await givenIn(this.#owner, workspace) : undefined;
    const place: Place = { workspace, since: Date.now(), ...(given && { given }) };
    writeAtomically(this.#fileOf(attempt), `${JSON.stringify(place)}\n`);
    const agent = await this.#inner.start(task);
    const ended = agent.ended.then(async (end: AttemptEnd) => {
      await this.#tidy(workspace);
      const left = await this.#putBack(attempt, place);
      return left ? { ...end, left } : end;
    });
    return { process: agent.process, ended, activity: () => agent.activity(), stop: () => agent.stop() };
  }

  async clear(attempt: string, process: AttemptProcess | null): Promise<LeftBehind> {
    const left = await this.#inner.clear(attempt, process);
    const place = this.#placeOf(attempt);
    if (place === undefined) return left;
    await this.#tidy(place.workspace);
    await this.#putBack(attempt, place);
    return left;
  }

  async #putBack(attempt: string, { workspace, given }: Place): Promise<LeftWork | undefined> {
    if (given === undefined || !existsSync(workspace)) return undefined;
    const ref = `${BACKUPS}${path.basename(this.#folder)}/review-${attempt}`;
    const place = { workspace, folder: path.join(this.#folder, attempt), ref };
    try {
      return await putBack(this.#owner, place, given);
    } catch (error) {
      // Whoever judges the review finds the worktree as it is, and says so.
      if (!(error instanceof Fault) || error.code === 'DISK_FULL') throw error;
      return undefined;
    }
  }

  async #tidy(root: string): Promise<void> {
    await removeLeftLocks({ root, since: () => this.#firstStart(root) });
  }

  /** When an agent first worked in a place; never, where none has. */
  #firstStart(workspace: string): number {
    const entries = existsSync(this.#folder) ? readdirSync(this.#folder, { withFileTypes: true }) : [];
    const starts = entries
      .flatMap((entry) => (entry.isDirectory() ? [this.#placeOf(entry.name)] : []))
      .flatMap((place) => (place?.workspace === workspace ? [place.since] : []));
    return Math.min(Number.POSITIVE_INFINITY, ...starts);
  }

  #fileOf(attempt: string): string {
    return path.join(this.#folder, attempt, 'place.json');
  }

  #placeOf(attempt: string): Place | undefined {
    const place: unknown = parseJson(readText(this.#fileOf(attempt)) ?? '');
    return isPlace(place) ? place : undefined;
  }
}

function isPlace(value: unknown): value is Place {
  return hasFields(value, {
    workspace: isText,
    since: (since) => typeof since === 'number',
    given: (given) => given === undefined || hasFields(given, { branch: isText, commit: isText }),
  });
}
