import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { StoredLog } from '@spec-kitty/core/doctor/doctor-ports';
import { Fault } from '@spec-kitty/core/fault';
import type { AppendDecision, EventLog, LogAddress } from '@spec-kitty/core/ports/event-log';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { decodeLog, type LogRows } from '@spec-kitty/core/status/rows/decode-log';
import { rowJson } from '@spec-kitty/protocol/canonical-json';
import { appendDurably } from '../files/append-durably.ts';
import { diskFault, errorCode } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { hasUnfinishedMerge } from '../pending-merges/unfinished-merge.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { type LoadedCopies, type LogCopies, readLogCopies, readWholeLines } from './log-copies.ts';
import { requireKnownSchema } from './require-known-schema.ts';
import { requireOnlyDirectory } from './require-only-directory.ts';

/** What happens around an append that is not the append itself. */
export interface LogHooks {
  /** Renders `status.json` from the log as it is now; called under the lock. */
  readonly project: (address: LogAddress, log: LogRows) => string;
  /** Says that a copy could not be written although the events are safe. */
  readonly warn: (message: string) => void;
}

/** What the checkout says once it is up to date. */
export interface Materialized {
  readonly union: string;
  /** Text of `status.json`. */
  readonly statusJson: string;
  /** Names of the files that had to be written. */
  readonly changed: readonly string[];
}

/**
 * Event log with two copies: the journal in the Git directory, which no checkout operation touches, and
 * `status.events.jsonl` in the primary checkout, which people commit and other tools read.
 *
 * A row is acknowledged once the journal has it on disk. Readers see the union of both.
 */
export class JournaledEventLog implements EventLog {
  readonly #repository: Repository;
  readonly #lock: () => Promise<Lock>;
  readonly #hooks: LogHooks;

  constructor(repository: Repository, lock: () => Promise<Lock>, hooks: LogHooks) {
    this.#repository = repository;
    this.#lock = lock;
    this.#hooks = hooks;
  }

  /** Where the copies of one mission's log are. */
  copies(address: LogAddress): LogCopies {
    return logCopies(this.#repository, address);
  }

  async read(address: LogAddress): Promise<LogRows> {
    return decodeLog(readLogCopies(this.copies(address)).sources);
  }

  async append<T>(address: LogAddress, purpose: string, decide: AppendDecision<T>): Promise<T> {
    const lock = await this.#lock();
    return lock.hold(`mission-${address.missionId}`, purpose, async () => {
      requireOnlyDirectory(this.#repository.primary, address);
      const copies = this.copies(address);
      const before = readLogCopies(copies);
      const log = decodeLog(before.sources);
      // Before the decision, which may do things of its own that must not stand without their rows.
      requireKnownSchema(this.#repository.primary, log);
      const { rows, value, journalOnly, prepare } = await decide(log, before.union);
      if (rows.length === 0) {
        // What was acknowledged before may still lack its copy, if the process was killed then.
        if (before.journalBytes !== undefined && journalOnly !== true)
          this.#updateCheckout(copies, before, '', () => this.#hooks.project(address, log));
        return value;
      }

      if (hasUnfinishedMerge(this.#repository, address.missionId)) {
        const { requireRowsOfMerge } = await import('../pending-merges/open-merges.ts');
        requireRowsOfMerge(this.#repository, address.missionId, rows);
      }
      const lines = rows.map((row) => `${rowJson(row)}\n`).join('');
      // Before anything is written: a row that cannot be read back would end the mission.
      const after = decodeLog([...before.sources, { text: lines, file: 'the rows to be recorded' }]);
      prepare?.();
      if (before.journalBytes === undefined) writeAtomically(copies.journal, before.union + lines);
      else appendDurably(copies.journal, before.missingInJournal + lines, { keep: before.journalBytes });

      if (journalOnly !== true)
        this.#updateCheckout(copies, before, lines, () => this.#hooks.project(address, after));
      return value;
    });
  }

  /** Both copies as they are on disk, for checks that look at each of them. */
  stored(address: LogAddress): StoredLog {
    const copies = this.copies(address);
    const { file, journal } = readWholeLines(copies);
    return {
      checkout: file && { text: file.toString('utf8'), file: copies.name },
      journal: journal && { text: journal.toString('utf8'), file: copies.journal },
    };
  }

  /** Text of the union of both copies; lines are not decoded. */
  unionText(address: LogAddress): string {
    return readLogCopies(this.copies(address)).union;
  }

  /**
   * Writes the union of both copies into the checkout's file, for a commit that must carry all of it.
   *
   * @returns the union's text.
   */
  async unite(address: LogAddress, purpose: string): Promise<string> {
    return (await this.materialize(address, purpose)).union;
  }

  /**
   * Brings the log and `status.json` of the checkout up to date with everything acknowledged; equal files stay as they are.
   *
   * Needs the mission's directory to be checked out.
   */
  async materialize(address: LogAddress, purpose: string): Promise<Materialized> {
    const lock = await this.#lock();
    return lock.hold(`mission-${address.missionId}`, purpose, async () => {
      requireOnlyDirectory(this.#repository.primary, address);
      const copies = this.copies(address);
      const { union, sources } = readLogCopies(copies);
      const log = decodeLog(sources);
      requireKnownSchema(this.#repository.primary, log);
      const statusJson = this.#hooks.project(address, log);
      const status = path.join(path.dirname(copies.file), 'status.json');
      const changed = [
        ...(union !== '' && this.#replace(copies.file, union) ? ['status.events.jsonl'] : []),
        ...(this.#replace(status, statusJson) ? ['status.json'] : []),
      ];
      return { union, statusJson, changed };
    });
  }

  /** Gives the checkout's copies earlier texts, if all that the log has on top of its own is in the journal. */
  async withdraw(
    address: LogAddress,
    purpose: string,
    { log, statusJson }: { readonly log: string; readonly statusJson: string | undefined },
  ): Promise<void> {
    const lock = await this.#lock();
    await lock.hold(`mission-${address.missionId}`, purpose, async () => {
      const copies = this.copies(address);
      const folder = path.dirname(copies.file);
      const { file } = readWholeLines(copies);
      if (!isMissionFolder(folder) || file?.toString('utf8').startsWith(log) !== true) return;
      if (readLogCopies(copies).missingInJournal !== '') return;
      this.#replace(copies.file, log);
      if (statusJson !== undefined) this.#replace(path.join(folder, 'status.json'), statusJson);
    });
  }

  /** Writes into the checkout by way of our own folder, so that a kill never leaves a stray file among the user's. */
  #replace(file: string, text: string): boolean {
    const tempFolder = privateDir(this.#repository, 'tmp');
    try {
      mkdirSync(tempFolder, { recursive: true });
    } catch (error) {
      throw diskFault(error, tempFolder);
    }
    // Somebody may switch to a branch without the mission at any time, and must not find its folder there.
    return writeAtomically(file, text, { skipEqual: true, tempFolder, makesFolder: false });
  }

  /** The events are safe by now, so a checkout that cannot be written is a warning and not a failure. */
  #updateCheckout(copies: LogCopies, before: LoadedCopies, lines: string, project: () => string): void {
    const folder = path.dirname(copies.file);
    if (!isMissionFolder(folder)) return;
    try {
      if (before.fileAppendable) appendDurably(copies.file, lines, { tornLine: 'complete' });
      else this.#replace(copies.file, before.union + lines);
      this.#replace(path.join(folder, 'status.json'), project());
    } catch (error) {
      if (!(error instanceof Fault) && errorCode(error) === undefined) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      this.#hooks.warn(
        `The events are recorded, but their copy in the checkout could not be written: ${reason}`,
      );
    }
  }
}

/** Not through a link, by which a branch could lead the writing anywhere. */
function isMissionFolder(folder: string): boolean {
  return isFolder(path.dirname(folder)) && isFolder(folder) && existsSync(path.join(folder, 'meta.json'));
}

function isFolder(name: string): boolean {
  return lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Paths of the two copies of a mission's log. */
export function logCopies(repository: Repository, { missionId, directory }: LogAddress): LogCopies {
  return {
    journal: privateDir(repository, 'journal', `${missionId}.jsonl`),
    file: [repository.primary, 'kitty-specs', directory, 'status.events.jsonl'].join(path.sep),
    name: `kitty-specs/${directory}/status.events.jsonl`,
  };
}
