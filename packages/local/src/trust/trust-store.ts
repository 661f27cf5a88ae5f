import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Lock } from '@spec-kitty/core/ports/lock';
import { documentJson, rowJson } from '@spec-kitty/protocol/canonical-json';
import { diskFault } from '../files/disk-fault.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { readPrivateFile } from './private-file.ts';

/** Something from a repository that would be executed. */
export interface TrustItem {
  /** Where it comes from, such as `validation.command` or `git-config`. */
  readonly kind: string;
  /** All of it that matters; trust ends when any part changes. */
  readonly value: unknown;
}

/** One item that the user has allowed in one repository. */
export interface TrustEntry {
  /** Real path of the repository's common Git directory. */
  readonly repository: string;
  readonly kind: string;
  readonly sha256: string;
  /** ISO time at which it was allowed. */
  readonly trusted_at: string;
}

/** What the store needs. */
export interface TrustPorts {
  /** See `stateRoot`. */
  readonly folder: string;
  readonly clock: Clock;
  /** Lock that is shared by everything of this user, not of one repository. */
  readonly lock: () => Promise<Lock>;
}

/** Identifies exact content: SHA-256, in hexadecimal, of the item as canonical JSON. */
export function trustDigest({ kind, value }: TrustItem): string {
  return createHash('sha256').update(rowJson({ kind, value })).digest('hex');
}

/**
 * What the user allows repositories to execute, in one file of the user's own.
 *
 * Every method throws the Fault `TRUST_STORE_UNSAFE` or `TRUST_STORE_CORRUPT` rather than rely on a file
 * that somebody else could have written; `commonDir` is the repository's common Git directory.
 */
export class TrustStore {
  readonly file: string;
  readonly #ports: TrustPorts;

  constructor(ports: TrustPorts) {
    this.#ports = ports;
    this.file = path.join(ports.folder, 'trust.json');
  }

  /** Whether exactly this content has been allowed in this repository. */
  isTrusted(commonDir: string, item: TrustItem): boolean {
    const sha256 = trustDigest(item);
    return this.list(commonDir).some((entry) => entry.sha256 === sha256);
  }

  /** What is allowed in one repository, or in all of them. */
  list(commonDir?: string): readonly TrustEntry[] {
    const entries = this.#read();
    if (commonDir === undefined) return entries;
    const repository = realpathSync(commonDir);
    return entries.filter((entry) => entry.repository === repository);
  }

  /** Allows items; those allowed already keep their time. */
  async allow(commonDir: string, items: readonly TrustItem[]): Promise<void> {
    const repository = realpathSync(commonDir);
    const trusted_at = formatInstant(this.#ports.clock.nowMicros());
    const wanted = items.map((item) => ({
      repository,
      kind: item.kind,
      sha256: trustDigest(item),
      trusted_at,
    }));
    await this.#update('trust allow', (entries) => [
      ...entries,
      ...wanted.filter((entry) => !entries.some((known) => isSame(known, entry))),
    ]);
  }

  /** Takes back what was allowed in a repository: these items, or all. */
  async revoke(commonDir: string, items?: readonly TrustItem[]): Promise<void> {
    const repository = realpathSync(commonDir);
    const digests = items?.map(trustDigest);
    await this.#update('trust revoke', (entries) =>
      entries.filter(
        (entry) => entry.repository !== repository || (digests && !digests.includes(entry.sha256)),
      ),
    );
  }

  async #update(
    purpose: string,
    change: (entries: readonly TrustEntry[]) => readonly TrustEntry[],
  ): Promise<void> {
    try {
      makeFolder(this.#ports.folder, 0o700);
    } catch (error) {
      throw diskFault(error, this.#ports.folder);
    }
    const lock = await this.#ports.lock();
    await lock.hold('trust', purpose, async () => {
      const entries = change(this.#read());
      writeAtomically(this.file, documentJson({ schema_version: 1, entries }), {
        mode: 0o600,
        skipEqual: true,
      });
    });
  }

  #read(): readonly TrustEntry[] {
    const found = readPrivateFile(this.file);
    if (!found) return [];
    if ('unsafe' in found) {
      throw new Fault(
        'refused',
        'TRUST_STORE_UNSAFE',
        `The file of trusted content is not relied on, as ${found.unsafe}: ${this.file}`,
        {
          hints: [
            'Make it and its folder yours alone (`chmod go-w`), or delete it and allow again what you need.',
          ],
          details: { path: this.file },
        },
      );
    }
    const entries = parseEntries(found.text);
    if (entries) return entries;
    throw new Fault(
      'refused',
      'TRUST_STORE_CORRUPT',
      `The file of trusted content cannot be read: ${this.file}`,
      {
        hints: ['Delete it and allow again what you need with `spec-kitty trust allow`.'],
        details: { path: this.file },
      },
    );
  }
}

function isSame(a: TrustEntry, b: TrustEntry): boolean {
  return a.repository === b.repository && a.sha256 === b.sha256;
}

function parseEntries(text: string): readonly TrustEntry[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('schema_version' in value) || !('entries' in value))
      return undefined;
    const { schema_version: version, entries } = value;
    return version === 1 && Array.isArray(entries) && entries.every(isEntry) ? entries : undefined;
  } catch {
    // Told as corrupt by the caller, which knows the path.
    return undefined;
  }
}

function isEntry(value: unknown): value is TrustEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { repository, kind, sha256, trusted_at } = value as Partial<Record<keyof TrustEntry, unknown>>;
  return [repository, kind, sha256, trusted_at].every((part) => typeof part === 'string');
}
