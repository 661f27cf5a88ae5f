import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import {
  changedSince,
  expiredKept,
  type KeptChange,
  type KeptFile,
} from '@spec-kitty/core/project/kept-change';
import { containedPath } from '../files/contained-path.ts';
import { plainFile, readPlainFile } from '../files/plain-file.ts';
import { hasFields, isText, isTextOrNull, readRecord } from '../files/read-record.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { CheckoutProject } from '../project/checkout-project.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** What a set of changes is kept under. */
export interface ChangeStamp {
  readonly id: string;
  readonly at: string;
  readonly command: string;
  readonly version: string;
}

/**
 * Changes to files of a project, kept so that they can be taken back byte for byte.
 *
 * The record is on disk before the first file changes. A run that was killed has changed some of them; the next one
 * finds what is left to do, and goes on with the same record.
 */
export class KeptChanges {
  readonly #repository: Repository;
  readonly #files: CheckoutProject;

  constructor(repository: Repository, files: CheckoutProject) {
    this.#repository = repository;
    this.#files = files;
  }

  /** Oldest first. @throws Fault `RECORD_UNREADABLE`. */
  list(): readonly KeptChange[] {
    const folder = privateDir(this.#repository, 'upgrades');
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => /^[0-9A-Z]+\.json$/.test(name));
    return names.toSorted().flatMap((name) => {
      const file = path.join(folder, name);
      const hints = [`If it is not needed, remove that file; what it kept is then gone.`];
      return readRecord<KeptChange>(file, { check: isKept, hints }) ?? [];
    });
  }

  /** The one that was interrupted, if any. */
  unfinished(): KeptChange | undefined {
    return this.list().find(({ finished_at, restored_at }) => finished_at === null && restored_at === null);
  }

  /**
   * Carries out a plan, and drops the oldest of what is kept from earlier; `undefined` where there is nothing to do and nothing to finish.
   *
   * @throws Fault `NOT_A_PLAIN_FILE` or of the disk before anything changes; `DISK_FULL` or `READ_ONLY` on the way, after
   * which a second run goes on.
   */
  apply(changes: readonly FileChange[], { id, at, command, version }: ChangeStamp): KeptChange | undefined {
    const open = this.unfinished();
    if (changes.length === 0) return open && this.#write({ ...open, finished_at: at });
    const record = this.#write({
      version: 1,
      id: open?.id ?? id,
      command: open?.command ?? command,
      spec_kitty_version: version,
      started_at: open?.started_at ?? at,
      finished_at: null,
      restored_at: null,
      files: this.#kept(changes, open),
    });
    for (const { path: name, text } of changes) {
      if (text === undefined) this.#files.remove(name);
      else this.#files.write(name, text);
    }
    const done = this.#write({ ...record, finished_at: at });
    for (const { id: old } of expiredKept(this.list())) rmSync(this.#file(old), { force: true });
    return done;
  }

  /** Brings every file back. @throws Fault `UPGRADE_CHANGED_SINCE` naming what somebody has changed, before anything changes. */
  restore(record: KeptChange, at: string): KeptChange {
    const present = new Map(record.files.map(({ path: name }) => [name, this.#content(name)]));
    const changed = changedSince(record, present);
    const [first] = changed;
    if (first !== undefined) {
      throw new Fault(
        'refused',
        'UPGRADE_CHANGED_SINCE',
        `This file has changed since, so nothing was brought back: ${first}`,
        {
          hints: ['Move it away or undo that change, then run the command again; the copies stay.'],
          details: { id: record.id, file: first, files: changed },
        },
      );
    }
    for (const { path: name, before } of record.files) {
      if (before === null) {
        this.#files.remove(name);
        continue;
      }
      this.#files.write(name, Buffer.from(before.base64, 'base64'));
      if (this.#content(name)?.mode !== before.mode)
        chmodSync(containedPath(this.#repository.primary, name), before.mode);
    }
    return this.#write({ ...record, restored_at: at });
  }

  #kept(changes: readonly FileChange[], open: KeptChange | undefined): KeptChange['files'] {
    const files = new Map(open?.files.map((file) => [file.path, file]));
    for (const { path: name, text } of changes) {
      const now = this.#content(name);
      const done = files.get(name);
      // What somebody has written in between is what has to come back.
      const before = done && done.after === (now?.sha256 ?? null) ? done.before : now;
      files.set(name, { path: name, before, after: text === undefined ? null : sha256(Buffer.from(text)) });
    }
    return [...files.values()];
  }

  #content(name: string): KeptFile | null {
    const file = containedPath(this.#repository.primary, name);
    const mode = (plainFile(file)?.mode ?? 0) & 0o7777;
    const bytes = readPlainFile(file, name)?.bytes;
    return bytes ? { sha256: sha256(bytes), mode, base64: bytes.toString('base64') } : null;
  }

  #file(id: string): string {
    return privateDir(this.#repository, 'upgrades', `${id}.json`);
  }

  #write(record: KeptChange): KeptChange {
    writeAtomically(this.#file(record.id), `${JSON.stringify(record, null, 2)}\n`);
    return record;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isKept(value: unknown): value is KeptChange {
  return hasFields(value, {
    version: (version) => version === 1,
    id: isText,
    command: isText,
    started_at: isText,
    finished_at: isTextOrNull,
    restored_at: isTextOrNull,
    files: (files) => Array.isArray(files) && files.every(isKeptFile),
  });
}

/** A copy that is not what its hash says must not be brought back. */
function isKeptFile(value: unknown): boolean {
  return hasFields(value, {
    path: isText,
    after: isTextOrNull,
    before: (before) =>
      before === null ||
      hasFields(before, {
        mode: (mode) => typeof mode === 'number',
        base64: isText,
        sha256: (hash) => hash === sha256(Buffer.from((before as KeptFile).base64, 'base64')),
      }),
  });
}
