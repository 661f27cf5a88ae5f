import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import {
  isMissionId,
  mid8,
  type MissionIdentity,
  type Resolution,
  resolveHandle,
} from '@spec-kitty/core/mission/resolve-handle';
import type { Mission, MissionFiles, MissionStore } from '@spec-kitty/core/ports/mission-store';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { Repository } from '../repository/repository.ts';
import { parseMeta } from './parse-meta.ts';

/** Missions of the primary checkout; one that is not on its branch is found through the journal. */
export class CheckoutMissions implements MissionStore {
  readonly #repository: Repository;
  readonly #root: string;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#root = path.join(repository.primary, 'kitty-specs');
  }

  directories(): readonly string[] {
    return list(this.#root, (entry) => entry.isDirectory()).filter((name) =>
      existsSync(this.#file(name, 'meta.json')) || existsSync(this.#file(name, 'status.events.jsonl')),
    );
  }

  async open(handle: string | undefined): Promise<Mission> {
    const wanted = handle ?? this.#fromWorktree() ?? this.#onlyOne();
    if (wanted === '') throw this.#required();
    if (this.#isDirectoryName(wanted)) return this.openDirectory(wanted);

    const here = resolveHandle(wanted, () => this.#identities());
    if ('found' in here) return this.openDirectory(here.found.directory);
    if (here.failure === 'not-found') {
      const { openFromBranch } = await import('./branch-mission.ts');
      const elsewhere = await openFromBranch(this.#repository, wanted, this.directories());
      if (elsewhere) return elsewhere;
    }
    throw resolutionFault(wanted, here);
  }

  openDirectory(directory: string): Mission {
    const file = this.#file(directory, 'meta.json');
    const meta = parseMeta(readMeta(file), `kitty-specs/${directory}/meta.json`);
    return {
      directory,
      missionId: requireMissionId(meta, directory),
      meta,
      checkedOut: true,
      files: new CheckoutFiles(path.join(this.#root, directory)),
    };
  }

  #file(directory: string, name: string): string {
    return [this.#root, directory, name].join(path.sep);
  }

  #isDirectoryName(handle: string): boolean {
    const plain = !/[/\\\0]/.test(handle) && !handle.startsWith('.') && !/^[0-9A-HJKMNP-TV-Z]{8}$/.test(handle);
    return plain && !isMissionId(handle) && existsSync(path.join(this.#root, handle, 'meta.json'));
  }

  #identities(): readonly MissionIdentity[] {
    return this.directories().map((directory) => ({ directory, missionId: this.#missionIdOf(directory) }));
  }

  #missionIdOf(directory: string): string | undefined {
    try {
      return this.openDirectory(directory).missionId;
    } catch (error) {
      // A broken mission stays addressable by its name; opening it says what is wrong.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  /** Inside a lane worktree its mission is the obvious one. */
  #fromWorktree(): string | undefined {
    const name = path.relative(path.join(this.#repository.primary, '.worktrees'), this.#repository.worktree);
    return /^([^./\\][^/\\]*)-lane-[a-z]+$/.exec(name)?.[1];
  }

  #onlyOne(): string {
    const [only, ...more] = this.directories();
    if (only === undefined || more.length > 0) throw this.#required();
    return only;
  }

  #required(): Fault {
    const candidates = this.directories();
    return new Fault('usage', 'MISSION_REQUIRED', 'Say which mission: pass --mission with its name.', {
      hints:
        candidates.length === 0
          ? ['There is no mission yet: run `spec-kitty agent mission create <slug>`.']
          : ['Run `spec-kitty agent mission list` to see them.'],
      details: { candidates },
    });
  }
}

/** Reads files below one folder of the checkout; symbolic links are never followed. */
class CheckoutFiles implements MissionFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  read(file: string): string | undefined {
    const target = path.join(this.#root, file);
    if (!lstatSync(target, { throwIfNoEntry: false })?.isFile()) return undefined;
    return decodeText(readFileSync(target), file);
  }

  list(folder: string): readonly string[] {
    return list(path.join(this.#root, folder), (entry) => entry.isFile());
  }
}

/** Decodes a planning file. @throws Fault `NOT_UTF8` naming it: guessing an encoding would corrupt it on rewrite. */
export function decodeText(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Fault('refused', 'NOT_UTF8', `The file is not UTF-8 text: ${file}`, {
      hints: ['Save it as UTF-8 and try again.'],
      details: { file },
      cause,
    });
  }
}

/** Reads the id, without which nothing can be locked or journaled. */
export function requireMissionId(meta: MissionMeta, directory: string): string {
  if (isMissionId(meta.mission_id)) return meta.mission_id;
  throw new Fault('refused', 'MISSION_ID_MISSING', `The mission has no valid mission_id: kitty-specs/${directory}/meta.json`, {
    hints: ['Add a "mission_id" with a new ULID to that file.'],
    details: { file: `kitty-specs/${directory}/meta.json` },
  });
}

function readMeta(file: string): Buffer | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
}

function list(folder: string, keep: (entry: import('node:fs').Dirent) => boolean): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(keep)
    .map((entry) => entry.name)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function resolutionFault(handle: string, { failure, candidates }: Exclude<Resolution, { found: unknown }>): Fault {
  const ambiguous = failure === 'ambiguous';
  const names = candidates.map(({ directory }) => directory);
  return new Fault(
    'refused',
    ambiguous ? 'MISSION_AMBIGUOUS_SELECTOR' : 'MISSION_NOT_FOUND',
    ambiguous ? `"${handle}" names more than one mission: ${names.join(', ')}.` : `There is no mission "${handle}".`,
    {
      hints: [
        ambiguous
          ? 'Pass the whole directory name with --mission.'
          : 'Run `spec-kitty agent mission list` to see what there is.',
      ],
      details: {
        handle,
        candidates: candidates.map(({ directory, missionId }) => ({
          mission_id: missionId ?? null,
          mid8: missionId === undefined ? null : mid8(missionId),
          slug: directory,
          feature_dir: `kitty-specs/${directory}`,
        })),
      },
    },
  );
}
