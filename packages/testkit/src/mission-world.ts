import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { acceptMission, type Accepted } from '@spec-kitty/core/accept/accept-mission';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import type { Merged, MergeRequest } from '@spec-kitty/core/merge/merge-request';
import { claimPackage, type Claim } from '@spec-kitty/core/work/claim-package';
import { finalizeMission } from '@spec-kitty/core/finalize/finalize-mission';
import { movePackage, type Moved } from '@spec-kitty/core/move/move-package';
import type { MoveRequest } from '@spec-kitty/core/move/move-request';
import { reviewPackage, type Review } from '@spec-kitty/core/work/review-package';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { openWorkspace, type Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { onTestFinished } from 'vitest';
import { TempRepository } from './temp-repository.ts';

/** A work package of a test mission; it depends on nothing and is written as code unless told. */
export interface PlannedPackage {
  readonly id: string;
  readonly owns: readonly string[];
  readonly dependencies?: readonly string[];
  readonly mode?: 'code_change' | 'planning_artifact';
  readonly subtasks?: readonly string[];
  /** What there is to do. */
  readonly words?: string;
  /** Files that it is to make; all that it owns by name unless told. */
  readonly makes?: readonly string[];
}

/** A repository with one finalized mission on `main`, driven through the real use cases and the real Git. */
export class MissionWorld {
  readonly repository: TempRepository;
  readonly directory: string;
  readonly missionId: string;
  readonly warnings: string[] = [];
  #workspace: Workspace | undefined;

  constructor({ directory = 'pay-01KE6Z2V', missionId = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C' } = {}) {
    this.repository = new TempRepository();
    this.directory = directory;
    this.missionId = missionId;
  }

  /** Folder of the mission, relative to the repository. */
  get folder(): string {
    return `kitty-specs/${this.directory}`;
  }

  /** The workspace as one command would open it; {@link reopen} is the next command. */
  async workspace(): Promise<Workspace> {
    this.#workspace ??= await this.openIn(this.repository.root);
    return this.#workspace;
  }

  reopen(): void {
    this.#workspace = undefined;
  }

  /** Keeps everything as it is now, for {@link restore}. */
  save(): void {
    copy(this.repository.base, this.#saved);
  }

  /** Puts everything back, at the same path: worktrees refer to it. */
  restore(): void {
    rmSync(this.repository.base, { recursive: true, force: true });
    copy(this.#saved, this.repository.base);
    this.warnings.length = 0;
    this.reopen();
  }

  dispose(): void {
    this.repository.dispose();
    rmSync(this.#saved, { recursive: true, force: true });
  }

  get #saved(): string {
    return `${this.repository.base}.saved`;
  }

  /** Opens the repository as a command that stands in a folder. */
  openIn(cwd: string): Promise<Workspace> {
    return openWorkspace({
      cwd,
      env: this.repository.env,
      clock: new SystemClock(),
      ids: new UlidIds(),
      interactive: false,
      warn: (message) => this.warnings.push(message),
    });
  }

  /** Writes the plan, commits it together with other files, and finalizes it. */
  async plan(
    packages: readonly PlannedPackage[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    this.repository.commit('Start', { 'README.md': '# Project\n', ...this.#planned(packages), ...files });
    await finalizeMission(await this.workspace(), {
      mission: this.directory,
      actor: 'test',
      targetBranch: undefined,
      validateOnly: false,
      commit: true,
    });
  }

  /** Absolute path of a lane's worktree, such as that of `lane-a`. */
  lane(laneId: string): string {
    return path.join(this.repository.root, '.worktrees', `${this.directory}-${laneId}`);
  }

  /** Lanes that have a worktree. */
  hasLane(laneId: string): boolean {
    return existsSync(this.lane(laneId));
  }

  /** Runs Git in a lane's worktree. */
  gitIn(laneId: string, ...args: string[]): string {
    return this.repository.git('-C', this.lane(laneId), ...args);
  }

  async claim(wp: string, agent = 'claude'): Promise<Claim> {
    return claimPackage(await this.workspace(), { mission: this.directory, wp, agent });
  }

  /** Writes files in a lane's worktree and commits everything there; returns the commit. */
  work(laneId: string, files: Readonly<Record<string, string>>, message = 'work'): string {
    const inLane = Object.entries(files).map(([name, text]) => [
      `.worktrees/${this.directory}-${laneId}/${name}`,
      text,
    ]);
    this.repository.write(Object.fromEntries(inLane));
    this.gitIn(laneId, 'add', '--all');
    this.gitIn(laneId, 'commit', '--quiet', '--allow-empty', '--message', message);
    return this.gitIn(laneId, 'rev-parse', 'HEAD');
  }

  async move(wp: string, to: string, more: Partial<MoveRequest> = {}): Promise<Moved> {
    const request = {
      mission: this.directory,
      wp,
      to,
      agent: undefined,
      note: undefined,
      force: false,
      ...more,
    };
    return movePackage(await this.workspace(), request);
  }

  async review(wp: string, agent = 'codex'): Promise<Review> {
    return reviewPackage(await this.workspace(), { mission: this.directory, wp, agent });
  }

  /** Claims a package, commits the given files in its lane, and has it approved. */
  async deliver(wp: string, laneId: string, files: Readonly<Record<string, string>>): Promise<string> {
    await this.claim(wp);
    const commit = this.work(laneId, files, `${wp}: work`);
    await this.approve(wp);
    return commit;
  }

  /** Sends a package to review and approves it. */
  async approve(wp: string): Promise<void> {
    await this.move(wp, 'for_review', { agent: 'claude' });
    await this.review(wp);
    await this.move(wp, 'approved', { agent: 'codex', note: 'fine' });
  }

  async accept({ commit = true } = {}): Promise<Accepted> {
    return acceptMission(await this.workspace(), {
      mission: this.directory,
      actor: 'ada',
      mode: 'local',
      commit,
    });
  }

  async merge(more: Partial<MergeRequest> = {}): Promise<Merged> {
    const merged = await mergeMission(await this.workspace(), this.mergeRequest(more));
    if (merged.kind !== 'merged') throw new Error(`Nothing was merged: ${merged.kind}`);
    return merged;
  }

  /** A plain merge, for tests that change the ports. */
  mergeRequest(more: Partial<MergeRequest> = {}): MergeRequest {
    return {
      mission: this.directory,
      actor: 'ada',
      strategy: undefined,
      destination: undefined,
      withoutAcceptance: false,
      dryRun: false,
      commit: true,
      keepWorktrees: false,
      keepBranches: false,
      ...more,
    };
  }

  /** Lane of each package that has events. */
  async lanes(): Promise<Readonly<Record<string, string>>> {
    const { state } = await (await this.workspace()).view(this.directory);
    return Object.fromEntries([...state.packages].map(([id, { slot }]) => [id, slot.lane]));
  }

  #planned(packages: readonly PlannedPackage[]): Record<string, string> {
    const files: Record<string, string> = {
      'meta.json': `${JSON.stringify({ mission_id: this.missionId, mission_slug: this.directory, target_branch: 'main' }, null, 2)}\n`,
      'spec.md': '# Spec\n\n- FR-001: It works.\n',
      'plan.md': '# Plan\n\nPlain files.\n',
      'tasks.md': packages.map(({ id }) => `## ${id}: Package\n`).join('\n'),
    };
    for (const wp of packages) files[`tasks/${wp.id}-package.md`] = packageText(wp);
    return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${this.folder}/${name}`, text]));
  }
}

/** Makes a world that is removed when the running test has finished. */
export function missionWorld(names?: ConstructorParameters<typeof MissionWorld>[0]): MissionWorld {
  const world = new MissionWorld(names);
  onTestFinished(() => world.dispose());
  return world;
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

function packageText({
  id,
  owns,
  dependencies = [],
  mode = 'code_change',
  subtasks = [],
  words = 'Do it.',
  makes = owns.filter((glob) => !glob.includes('*')),
}: PlannedPackage): string {
  return [
    '---',
    `work_package_id: ${id}`,
    `title: Package ${id}`,
    `dependencies: ${JSON.stringify(dependencies)}`,
    'requirement_refs: [FR-001]',
    `owned_files: ${JSON.stringify(owns)}`,
    `create_intent: ${JSON.stringify(makes)}`,
    `execution_mode: ${mode}`,
    `subtasks: ${JSON.stringify(subtasks)}`,
    '---',
    '',
    `# ${id}`,
    '',
    words,
    '',
  ].join('\n');
}
