import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../files/disk-fault.ts';
import { hasFields, isText } from '../files/read-record.ts';
import { type HolderRecord, parseHolder } from '../lock/lock-method.ts';
import { openLock } from '../lock/open-lock.ts';
import { holderRecord, judgeHolder, thisPlace } from '../lock/process-identity.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** A ref that one call of Git sets, or deletes where there is no value. */
interface Target {
  readonly ref: string;
  readonly value?: string | undefined;
}

/** What one process of Git is changing, signed with the identity of that process. */
interface Note {
  readonly git: HolderRecord;
  readonly targets: readonly Target[];
}

/** Git takes its locks within so much time of its start, or gives up. */
const TAKEN_WITHIN_MS = 5000;
/** Some file systems keep times in steps of two seconds. */
const TIME_STEP_MS = 2000;

/**
 * Notes which process of Git changes which refs, so that the lock files it leaves when it is killed can be told from
 * those of anybody else, which are never removed.
 */
export class RefLocks {
  readonly #repository: Repository;
  readonly #folder: string;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#folder = privateDir(repository, 'ref-locks');
  }

  /** Notes a process of Git that has just been started. */
  note(pid: number, targets: readonly Target[]): void {
    const note: Note = { git: holderRecord('change refs', pid), targets };
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(this.#file(pid), JSON.stringify(note));
    } catch {
      // Without a note, a lock file that this process leaves is named and kept, as anybody else's is.
    }
  }

  /** Ends the note of a process that has ended by itself. */
  forget(pid: number): void {
    try {
      rmSync(this.#file(pid), { force: true });
    } catch {
      // The next run finds that the process is gone and left no lock file.
    }
  }

  /** Removes the lock files of the noted processes that are dead. */
  async removeAbandoned(): Promise<void> {
    if (this.#dead().length === 0) return;
    // Whoever comes second must not remove what the first has made since.
    const lock = openLock({ folder: privateDir(this.#repository, 'locks') });
    await lock.hold('ref-locks', 'remove lock files of a killed Git', async () => {
      for (const { file, note } of this.#dead()) {
        for (const left of note ? this.#locksOf(note) : []) rmSync(left, { force: true });
        rmSync(file, { force: true });
      }
    });
  }

  /** A note that was cut off while it was written is of no use, and as dead as its writer. */
  #dead(): readonly { readonly file: string; readonly note: Note | undefined }[] {
    const here = thisPlace();
    return listed(this.#folder).flatMap((name) => {
      const file = path.join(this.#folder, name);
      const note = parseNote(file);
      const dead = note ? judgeHolder(note.git, here) === 'dead' : isOld(file);
      return dead ? [{ file, note }] : [];
    });
  }

  /**
   * The files that Git locks for a change of refs, in the order in which it must be safe to remove them.
   *
   * Not `packed-refs.lock`: nothing in it tells whose it is, and a `git pack-refs` of somebody else may hold it.
   */
  #locksOf({ git, targets }: Note): readonly string[] {
    const { commonDir, primaryGitDir } = this.#repository;
    const since = Date.parse(git.since);
    const refs = targets.map(({ ref, value }) => ({
      file: path.join(commonDir, ...`${ref}.lock`.split('/')),
      contents: value === undefined ? [''] : ['', `${value}\n`],
    }));
    const head = { file: path.join(primaryGitDir, 'HEAD.lock'), contents: [''] };
    return [...refs, head]
      .filter(({ file, contents }) => isFrom(since, file) && contents.includes(textOf(file)))
      .map(({ file }) => file);
  }

  #file(pid: number): string {
    return path.join(this.#folder, `${pid}.json`);
  }
}

function isFrom(since: number, file: string): boolean {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && made >= since - TIME_STEP_MS && made <= since + TAKEN_WITHIN_MS;
}

function isOld(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > TAKEN_WITHIN_MS;
}

function parseNote(file: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(textOf(file));
    return isNote(note) ? note : undefined;
  } catch {
    // Caught while it was being written.
    return undefined;
  }
}

function isTarget(target: unknown): boolean {
  return hasFields(target, { ref: isText, value: (id) => id === undefined || isText(id) });
}

function isNote(value: unknown): value is Note {
  return hasFields(value, {
    git: (git) => parseHolder(JSON.stringify(git)) !== undefined,
    targets: (targets) => Array.isArray(targets) && targets.every(isTarget),
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
