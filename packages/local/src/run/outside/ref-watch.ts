import { Fault } from '@spec-kitty/core/fault';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { type MovedRef, whyStopping } from '@spec-kitty/core/run/fence/moved-refs';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { CheckoutOwner } from '../../checkout/hold-index.ts';
import { listenToRefs, type RefChange, updateRefs } from '../../checkout/update-refs.ts';
import { Git } from '../../git/git.ts';
import { listWorktrees } from '../../git/list-worktrees.ts';
import { attemptIn } from '../environment/reflog-mark.ts';
import { keepMoved, keepRefs, keptRefs } from './kept-refs.ts';
import { movesOfOthers, readRefs, type RefMove, type Refs } from './ref-moves.ts';

/** What the refs of a mission are told by. */
export interface RefPlace {
  readonly missionId: string;
  /** Branch that the mission goes to. */
  readonly target: string;
  /** Folder of the run. */
  readonly folder: string;
}

interface Watched {
  readonly before: Refs;
  /** How many moves of ours there were. */
  readonly known: number;
  /** Branch that it works on. */
  readonly branch: string | undefined;
  /** Branches of the attempts that have run beside it, by attempt; nothing where the engine is gone that knew. */
  readonly beside?: Map<string, string | undefined>;
}

/** What keeps commits; what becomes of packages is in their events. */
const OURS = /^refs\/spec-kitty\//;
const LANE = /^refs\/heads\/kitty\//;
/** More than anybody moves one branch while an attempt runs. */
const MOST_ENTRIES = 1000;

/**
 * Finds the refs that move while attempts run, other than by this process. The branches in which attempts work are theirs;
 * everything else is told to each attempt that ran meanwhile, unless the reflog names the one that did it.
 *
 * Nothing is put back: it may be somebody's work. What would be lost is kept under a backup.
 */
export class RefWatch {
  readonly #owner: CheckoutOwner;
  readonly #git: Git;
  readonly #place: RefPlace;
  readonly #watched = new Map<string, Watched>();
  #moves: RefChange[] = [];
  #unlisten: (() => void) | undefined;

  constructor(owner: CheckoutOwner, place: RefPlace) {
    this.#owner = owner;
    this.#place = place;
    this.#git = new Git(owner.repository.primary, owner.env);
  }

  /** Watches for an attempt that is about to begin. */
  async enter(attempt: string, workspace: string): Promise<void> {
    this.#unlisten ??= listenToRefs((changes) => this.#moves.push(...changes));
    const branch = await this.#git.at(workspace).tryText(['symbolic-ref', '--quiet', 'HEAD']);
    const before = await readRefs(this.#git, this.#owner.repository, this.#moves);
    const others = [...this.#watched];
    for (const [, one] of others) one.beside?.set(attempt, branch);
    const beside = new Map(others.map(([id, one]) => [id, one.branch]));
    this.#watched.set(attempt, { before, known: this.#moves.length, branch, beside });
    keepRefs(this.#place.folder, attempt, { before: [...before], branch: branch ?? null });
  }

  /** Ends it, with what has moved since. */
  async leave(attempt: string): Promise<readonly MovedRef[]> {
    const one = this.#watched.get(attempt);
    if (!one) return [];
    try {
      return await this.#found(attempt, one);
    } finally {
      this.#watched.delete(attempt);
      if (this.#watched.size === 0) {
        this.#unlisten?.();
        this.#unlisten = undefined;
        this.#moves = [];
      }
    }
  }

  /**
   * What has moved since an attempt began whose engine is gone, and nobody knows what that one has moved itself: what its
   * agent is known to have moved, and what has been done to the target that no engine does beside an attempt.
   */
  async recover(attempt: string): Promise<readonly MovedRef[]> {
    const kept = keptRefs(this.#place.folder, attempt);
    if (kept === undefined) return [];
    if ('moved' in kept) return kept.moved;
    const { before, branch } = kept;
    return this.#found(attempt, { before: new Map(before), known: 0, branch: branch ?? undefined });
  }

  async #found(attempt: string, one: Watched): Promise<readonly MovedRef[]> {
    try {
      const moved = await this.#movedSince(attempt, one);
      keepMoved(this.#place.folder, attempt, moved);
      return moved;
    } catch (error) {
      // Settings that were broken meanwhile, say: whatever Git is asked next says so.
      if (!(error instanceof Fault) || error.code === 'DISK_FULL') throw error;
      return [];
    }
  }

  async #movedSince(attempt: string, one: Watched): Promise<readonly MovedRef[]> {
    const after = await readRefs(this.#git, this.#owner.repository, this.#moves);
    const found: MovedRef[] = [];
    for (const move of movesOfOthers(one.before, after, this.#moves.slice(one.known))) {
      const told = move.ref === one.branch ? undefined : await this.#judge(attempt, one, move);
      if (told) found.push(told);
    }
    return found;
  }

  /** @returns nothing for what is another attempt's to tell. */
  async #judge(attempt: string, one: Watched, move: RefMove): Promise<MovedRef | undefined> {
    const { ref, from, to } = move;
    const by = await this.#writers(move);
    const byAttempt = by.includes(attempt);
    const lanes = lanesBeside(one.branch);
    if (!byAttempt && (this.#isTheirs(one, ref, by) || this.#isOfOthersWork(move, lanes))) return undefined;
    const told = { ref, from: from ?? null, to: to ?? null, byAttempt };
    // A new one has lost nothing; what the primary checkout is on is no commit.
    if (from === undefined || ref === 'HEAD') return { ...told, kept: null, stops: null, takeBack: null };
    const weighed = await this.#weigh({ ref, from, to }, lanes, byAttempt);
    // Or may be: of an engine that is gone.
    const isOurs = !one.beside && !byAttempt && weighed.stops === null;
    return isOurs ? undefined : { ...told, ...weighed };
  }

  /** Whether another attempt did it; or an engine that is gone may have, which rewrites no target. */
  #isTheirs({ beside }: Watched, ref: string, by: readonly string[]): boolean {
    if (!beside) return by.length > 0 || this.#kindOf(ref) !== 'target';
    return [...beside].some(([id, theirs]) => theirs === ref || by.includes(id));
  }

  /** What commands of people and runs of other missions leave as they go: it bears on nothing here. */
  #isOfOthersWork({ ref, from }: RefMove, lanes: string): boolean {
    if (OURS.test(ref)) return from === undefined || !ref.includes(this.#place.missionId);
    return LANE.test(ref) && !ref.startsWith(`refs/heads/${lanes.slice(0, -1)}`);
  }

  async #weigh(
    { ref, from, to }: RefMove & { readonly from: string },
    lanes: string,
    byAgent: boolean,
  ): Promise<Pick<MovedRef, 'kept' | 'stops' | 'takeBack'>> {
    const kind = this.#kindOf(ref);
    const losesCommits = to === undefined || !(await this.#leadsTo(to, from));
    const hasLaneCommits =
      kind === 'target' && to !== undefined && (await this.#takesFromLanes(lanes, from, to));
    return {
      kept: losesCommits ? await this.#keep(ref, from) : null,
      stops: whyStopping({ kind, byAgent, losesCommits, hasLaneCommits }),
      takeBack: kind === 'other' ? null : await this.#takeBack(ref, from, to),
    };
  }

  #kindOf(ref: string): 'target' | 'lane' | 'other' {
    if (ref === `refs/heads/${this.#place.target}`) return 'target';
    return LANE.test(ref) ? 'lane' : 'other';
  }

  /** Attempts that have moved a ref since it was where it was, as far as its reflog names them. */
  async #writers({ ref, from, to }: RefMove): Promise<readonly string[]> {
    if (to === undefined) return [];
    const args = ['log', '--walk-reflogs', `--max-count=${MOST_ENTRIES}`, '--format=%H %gs', ref, '--'];
    const { exitCode, stdout } = await this.#git.attempt(args);
    const entries = exitCode === 0 ? stdout.split('\n') : [];
    const end = entries.findIndex((entry) => entry.slice(0, entry.indexOf(' ')) === from);
    // The last one may be who brought it back there.
    const since = entries.slice(0, end === -1 ? undefined : end + 1);
    return since.flatMap((entry) => attemptIn(entry.slice(entry.indexOf(' ') + 1)) ?? []);
  }

  #leadsTo(commit: string, before: string): Promise<boolean> {
    return this.#git.ok(['merge-base', '--is-ancestor', before, commit]).catch((error: unknown) => {
      // Not every ref has a commit.
      if (!(error instanceof Fault)) throw error;
      return false;
    });
  }

  /** Whether commits of lanes are among those that a branch has got. */
  async #takesFromLanes(lanes: string, from: string, to: string): Promise<boolean> {
    const count = (...without: readonly string[]): Promise<string> =>
      this.#git.text(['rev-list', '--count', `--branches=${lanes}`, '--not', ...without]);
    return (await count(from)) !== (await count(from, to));
  }

  /** Keeps what a ref was under a backup of the mission; not every ref has a commit. */
  async #keep(ref: string, value: string): Promise<string> {
    const kept = `${BACKUPS}${this.#place.missionId}/moved/${ref}-${value.slice(0, 12)}`;
    await updateRefs(this.#git, [{ ref: kept, value }]);
    return kept;
  }

  async #takeBack(ref: string, from: string, to: string | undefined): Promise<string> {
    const found = (await listWorktrees(this.#git)).find(({ branch }) => branch === ref);
    // What is not committed there stays, or keeps the command from doing anything.
    if (found && to !== undefined) return `git -C ${shellWord(found.root)} reset --keep ${from}`;
    return ['git update-ref', shellWord(ref), from, ...(to === undefined ? [] : [to])].join(' ');
  }
}

/** Branches of the same mission as that of a lane. */
function lanesBeside(branch = ''): string {
  const mission = /^refs\/heads\/(kitty\/.+-)lane-[^/]+$/.exec(branch)?.[1] ?? 'kitty/';
  return `${mission}*`;
}
