import { existsSync, lstatSync, realpathSync } from 'node:fs';
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
import { type PlainFile, readPlainFile } from '../files/plain-file.ts';
import { primaryBranch, type Repository } from '../repository/repository.ts';
import { CheckoutFiles, listFolder } from './checkout-files.ts';
import { journaledMissions } from './journaled-missions.ts';
import { parseMeta } from './parse-meta.ts';
import { missionHints } from './mission-hints.ts';
import { resolutionFault } from './resolution-fault.ts';

/** Tells from its log whether something is left to do for a mission. */
type IsOpen = (mission: {
  readonly directory: string;
  readonly missionId: string;
  readonly meta: MissionMeta;
}) => boolean;

/** Missions of the primary checkout; one that is not on its branch is found through the journal. */
export class CheckoutMissions implements MissionStore {
  readonly #repository: Repository;
  readonly #root: string;
  readonly #isOpen: IsOpen;

  /** Unless told, every mission counts as open. */
  constructor(repository: Repository, isOpen: IsOpen = () => true) {
    this.#repository = repository;
    this.#isOpen = isOpen;
    this.#root = path.join(repository.primary, 'kitty-specs');
  }

  directories(): readonly string[] {
    const { names, links } = this.#entries();
    return names.filter((name) =>
      links.has(name)
        ? this.#leadsAway(name)
        : this.#hasMeta(name) || existsSync(this.#file(name, 'status.events.jsonl')),
    );
  }

  async open(handle: string | undefined, { sole } = { sole: false }): Promise<Mission> {
    const wanted = handle ?? this.#fromWorktree() ?? this.#obvious(sole);
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
    return this.openRead(directory, this.readMeta(directory));
  }

  /** Reads the `meta.json` of a mission's folder; `undefined` where there is none. */
  readMeta(directory: string): PlainFile | undefined {
    // Not `path.join`, which normalises: for hundreds of missions that shows.
    if (isLink([this.#root, directory].join(path.sep))) throw linkedFolder(`kitty-specs/${directory}`);
    return readPlainFile(this.#file(directory, 'meta.json'), metaName(directory));
  }

  /** Opens a mission whose `meta.json` has been read. */
  openRead(directory: string, file: PlainFile | undefined): Mission {
    const meta = parseMeta(file?.bytes, metaName(directory));
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
    if ('failure' in resolved && resolved.failure === 'ambiguous') throw this.#unresolved(wanted, resolved);
    const present = new Set(here.map(({ missionId }) => missionId));
    const away = journaledMissions(this.#repository).filter(({ missionId }) => !present.has(missionId));
    const there = resolveHandle('found' in resolved ? resolved.found.directory : wanted, () => away);
    if ('found' in there && there.found.missionId !== undefined) {
      const { openFromBranch } = await import('./branch-mission.ts');
      const mission = await openFromBranch(this.#repository, {
        ...there.found,
        missionId: there.found.missionId,
      });
      const elsewhere =
        mission.branch !== undefined && mission.branch !== (await primaryBranch(this.#repository));
      if (elsewhere || !('found' in resolved)) return mission;
    }
    // The folder is here and only its meta.json is gone.
    if ('found' in resolved) return this.openDirectory(resolved.found.directory);
    if ('failure' in there && there.failure === 'ambiguous') throw this.#unresolved(wanted, there);
    throw this.#unresolved(wanted, { failure: 'not-found', candidates: [...here, ...away] });
  }

  #unresolved(handle: string, failure: Exclude<Resolution, { found: unknown }>): Fault {
    return resolutionFault(handle, failure, (directory) => this.isOpen(directory));
  }

  #file(directory: string, name: string): string {
    return [this.#root, directory, name].join(path.sep);
  }

  #hasMeta(directory: string): boolean {
    const file = this.#file(directory, 'meta.json');
    return existsSync(file) || isLink(file);
  }

  /** A link to a mission beside it is a second name of that one; any other stands for a mission that cannot be read. */
  #leadsAway(link: string): boolean {
    try {
      return path.dirname(realpathSync(path.join(this.#root, link))) !== realpathSync(this.#root);
    } catch {
      // Dangling, or a loop.
      return true;
    }
  }

  /** Folders, and links: what is behind a link is not in the repository, so it is told and not read. */
  #entries(): { readonly names: readonly string[]; readonly links: ReadonlySet<string> } {
    if (isLink(this.#root)) throw linkedFolder('kitty-specs');
    const links = new Set<string>();
    const names = listFolder(this.#root, (entry) => {
      if (entry.isSymbolicLink()) links.add(entry.name);
      return entry.isDirectory() || entry.isSymbolicLink();
    });
    return { names, links };
  }

  /** By comparison of names: some file systems would find a folder in any case. */
  #isDirectoryName(handle: string): boolean {
    if (handle.startsWith('.') || isMid8(handle) || isMissionId(handle)) return false;
    const { names, links } = this.#entries();
    return names.includes(handle) && (links.has(handle) || this.#hasMeta(handle));
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

  isOpen(directory: string): boolean {
    try {
      if (this.#hasMeta(directory)) return this.#isOpen(this.openDirectory(directory));
      const away = journaledMissions(this.#repository).find((mission) => mission.directory === directory);
      return away === undefined || this.#isOpen({ ...away, meta: {} });
    } catch (error) {
      // What cannot be read may well be open, and opening it says what is wrong.
      if (error instanceof Fault) return true;
      throw error;
    }
  }

  /**
   * The only mission, else the only one that is open. Those of the checked-out branch come first; where it has none,
   * another branch may have the one that is meant.
   */
  #obvious(sole: boolean): string {
    const here = this.directories();
    const missions = here.length > 0 ? here : this.#journaled();
    const anyOpen = missions.length > 1 && !sole;
    const [only, ...more] = anyOpen ? missions.filter((directory) => this.isOpen(directory)) : missions;
    if (only === undefined || more.length > 0) throw this.#required();
    return only;
  }

  #journaled(): readonly string[] {
    return journaledMissions(this.#repository).map(({ directory }) => directory);
  }

  #required(): Fault {
    const all = [...new Set([...this.directories(), ...this.#journaled()])];
    const open = all.filter((directory) => this.isOpen(directory));
    const ended = all.filter((directory) => !open.includes(directory));
    const setUp = all.length > 0 || existsSync(path.join(this.#repository.primary, '.kittify'));
    return new Fault('usage', 'MISSION_REQUIRED', 'Say which mission: pass --mission with its name.', {
      hints: setUp ? missionHints(open, ended) : [BEGIN],
      details: { candidates: [...open, ...ended] },
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
      hints: [
        'Run `spec-kitty upgrade`, which gives missions without an id one.',
        'If something else stands there, correct "mission_id" by hand.',
      ],
      details: { file: `kitty-specs/${directory}/meta.json` },
    },
  );
}

const BEGIN =
  'There is none, and Spec Kitty is not set up here: run `spec-kitty init`, then `spec-kitty specify <slug>`; or fetch the branch that has both.';

function metaName(directory: string): string {
  return `kitty-specs/${directory}/meta.json`;
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function linkedFolder(name: string): Fault {
  return new Fault('refused', 'FOLDER_IS_LINK', `A symbolic link is not followed: ${name}`, {
    hints: ['Replace it with the folder itself.'],
    details: { path: name },
  });
}
