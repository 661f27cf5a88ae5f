import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import {
  isMid8,
  isMissionId,
  type MissionIdentity,
  type Resolution,
  resolveHandle,
} from '@spec-kitty/core/mission/resolve-handle';
import type { Mission, MissionStore } from '@spec-kitty/core/ports/mission-store';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { Repository } from '../repository/repository.ts';
import { CheckoutFiles, listFolder } from './checkout-files.ts';
import { journaledMissions } from './journaled-missions.ts';
import { parseMeta } from './parse-meta.ts';
import { resolutionFault } from './resolution-fault.ts';

/** Missions of the primary checkout; one that is not on its branch is found through the journal. */
export class CheckoutMissions implements MissionStore {
  readonly #repository: Repository;
  readonly #root: string;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#root = path.join(repository.primary, 'kitty-specs');
  }

  directories(): readonly string[] {
    return this.#folders().filter(
      (name) => this.#hasMeta(name) || existsSync(this.#file(name, 'status.events.jsonl')),
    );
  }

  async open(handle: string | undefined): Promise<Mission> {
    const wanted = handle ?? this.#fromWorktree() ?? this.#onlyOne();
    if (wanted === '') throw this.#required();
    if (this.#isDirectoryName(wanted)) return this.openDirectory(wanted);

    const here = this.directories().map((directory) => ({
      directory,
      missionId: this.#missionIdOf(directory),
    }));
    const resolved = resolveHandle(wanted, () => here);
    if ('found' in resolved && this.#hasMeta(resolved.found.directory)) {
      return this.openDirectory(resolved.found.directory);
    }
    return this.#openElsewhere(wanted, here, resolved);
  }

  openDirectory(directory: string): Mission {
    const file = this.#file(directory, 'meta.json');
    const meta = parseMeta(readMeta(file), `kitty-specs/${directory}/meta.json`);
    return {
      directory,
      missionId: requireMissionId(meta, directory),
      meta,
      checkedOut: true,
      files: new CheckoutFiles(this.#repository.primary, `kitty-specs/${directory}`),
    };
  }

  /** Looks among the missions of other branches; a log without `meta.json` is what such a branch may leave behind. */
  async #openElsewhere(
    wanted: string,
    here: readonly MissionIdentity[],
    resolved: Resolution,
  ): Promise<Mission> {
    if ('failure' in resolved && resolved.failure === 'ambiguous') throw resolutionFault(wanted, resolved);
    const present = new Set(here.map(({ missionId }) => missionId));
    const away = journaledMissions(this.#repository).filter(({ missionId }) => !present.has(missionId));
    const there = resolveHandle('found' in resolved ? resolved.found.directory : wanted, () => away);
    if ('found' in there && there.found.missionId !== undefined) {
      const { openFromBranch } = await import('./branch-mission.ts');
      return openFromBranch(this.#repository, { ...there.found, missionId: there.found.missionId });
    }
    if ('found' in resolved) return this.openDirectory(resolved.found.directory);
    if ('failure' in there && there.failure === 'ambiguous') throw resolutionFault(wanted, there);
    throw resolutionFault(wanted, { failure: 'not-found', candidates: [...here, ...away] });
  }

  #file(directory: string, name: string): string {
    return [this.#root, directory, name].join(path.sep);
  }

  #hasMeta(directory: string): boolean {
    return existsSync(this.#file(directory, 'meta.json'));
  }

  /** Real folders only: what is behind a link is not in the repository. */
  #folders(): readonly string[] {
    if (lstatSync(this.#root, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new Fault(
        'refused',
        'FOLDER_IS_LINK',
        'kitty-specs is a symbolic link, and links are not followed.',
        {
          hints: ['Replace it with the folder itself.'],
          details: { path: this.#root },
        },
      );
    }
    return listFolder(this.#root, (entry) => entry.isDirectory());
  }

  /** By comparison of names: some file systems would find a folder in any case. */
  #isDirectoryName(handle: string): boolean {
    const other = handle.startsWith('.') || isMid8(handle) || isMissionId(handle);
    return !other && this.#folders().includes(handle) && this.#hasMeta(handle);
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
          ? [
              'There is none on this branch: run `spec-kitty agent mission create <slug>`, or switch to its branch.',
            ]
          : ['Run `spec-kitty agent mission list` to see them.'],
      details: { candidates },
    });
  }
}

/** Reads the id, without which nothing can be locked or journaled. */
function requireMissionId(meta: MissionMeta, directory: string): string {
  if (isMissionId(meta.mission_id)) return meta.mission_id;
  throw new Fault(
    'refused',
    'MISSION_ID_MISSING',
    `The mission has no valid mission_id: kitty-specs/${directory}/meta.json`,
    {
      hints: ['Add a "mission_id" with a new ULID to that file.'],
      details: { file: `kitty-specs/${directory}/meta.json` },
    },
  );
}

function readMeta(file: string): Buffer | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
}
