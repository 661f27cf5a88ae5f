import type {
  Integration,
  Integrator,
  Landing,
  MergeOrder,
  Offer,
  Remains,
  SealedFiles,
  Validation,
} from '@spec-kitty/core/ports/integration';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { shellWord } from '@spec-kitty/core/shell-word';
import { BranchMover } from '../checkout/move-branch.ts';
import { hasFields, isObject, isText, isTexts, parseRecord } from '../files/read-record.ts';
import { ancestorsOf } from '../git/ancestors.ts';
import { Git } from '../git/git.ts';
import { findLanded } from '../landing/find-landed.ts';
import { endProcessesOf } from '../process/end-processes.ts';
import { ATTEMPT_VARIABLE } from '../process/marked-processes.ts';
import { fillSubmodules } from '../lanes/complete-checkout.ts';
import type { WorkspaceSetup } from '../lanes/workspace-setup.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { withAttributesOf } from './attributes-of.ts';
import { buildMerge, targetTip } from './build-merge.ts';
import { requireNoOpenMerge, unfinishedMerge } from '../pending-merges/open-merges.ts';
import { offerMerge, publishMerge } from './publish-merge.ts';
import { runValidation } from './run-validation.ts';
import { ScratchWorktree } from './scratch-worktree.ts';
import { sealFiles } from './seal-files.ts';
import { TreeWriter } from './tree-writer.ts';
import { mergeName, mergeRecord } from '../pending-merges/unfinished-merge.ts';

/** What {@link GitIntegrator} works with. */
export interface IntegratorPorts {
  readonly repository: Repository;
  /** Prepares the merged tree for its validation. */
  readonly setup: WorkspaceSetup;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Merges lanes among the objects, and moves the target and its checkouts so that a kill loses nothing. */
export class GitIntegrator implements Integrator {
  readonly #ports: IntegratorPorts;
  readonly #git: Git;
  readonly #trees: TreeWriter;
  readonly #scratch: ScratchWorktree;
  readonly #mover: BranchMover;
  readonly #name: string;
  readonly #handle: string;
  readonly #missionId: string;

  constructor(ports: IntegratorPorts, { missionId, directory }: Mission) {
    const { repository, env } = ports;
    // Unique among the merges that may be under way.
    const name = mergeName(missionId);
    this.#ports = ports;
    this.#git = new Git(repository.primary, env);
    this.#trees = new TreeWriter(repository, env);
    this.#scratch = new ScratchWorktree(this.#git, repository.commonDir, name);
    this.#mover = new BranchMover(ports);
    this.#name = name;
    this.#handle = directory;
    this.#missionId = missionId;
  }

  async show(branch: string, file: string): Promise<string | undefined> {
    const shown = await this.#git.attempt(['cat-file', 'blob', `refs/heads/${branch}:${file}`]);
    return shown.exitCode === 0 ? shown.stdout : undefined;
  }

  async prepare(order: MergeOrder): Promise<Integration> {
    const tip = await targetTip(this.#git, order.target);
    return withAttributesOf(this.#ports, tip, (git) => buildMerge(git, this.#trees, { ...order, tip }));
  }

  async findLanded(order: MergeOrder): Promise<Integration> {
    const tip = await targetTip(this.#git, order.target);
    return withAttributesOf(this.#ports, tip, (git) => findLanded(git, { ...order, tip }));
  }

  offer(integration: Integration, place: Parameters<Integrator['offer']>[1]): Promise<Offer> {
    const keptAs = `refs/spec-kitty/backup/${this.#missionId}/proposed`;
    return offerMerge(this.#git, integration, { ...this.#publishing(), ...place, keptAs });
  }

  publish(offer: Offer): Promise<void> {
    return publishMerge(this.#git, offer, this.#publishing());
  }

  #publishing() {
    return { mover: this.#mover, name: `publish-${this.#missionId}` };
  }

  async requireFree(target: string): Promise<void> {
    await requireNoOpenMerge(this.#ports.repository, target, this.#missionId);
    await this.#mover.requireFree(target);
  }

  async verify({ target, before, merged, changed }: Integration, own: readonly string[]): Promise<void> {
    await this.#mover.verify({ branch: target, before, after: merged, changed, indexOnly: [] }, own);
  }

  async validate({ merged }: Integration, command: readonly string[]): Promise<Validation> {
    const { setup, repository } = this.#ports;
    // Of a merge that was killed; only one at a time is under way.
    const mark = mergeRecord(repository, this.#missionId);
    await endProcessesOf(mark);
    const git = await this.#scratch.open(merged);
    await fillSubmodules(git, repository.commonDir);
    await setup.run(this.#scratch.root);
    const log = privateDir(repository, 'logs', `${this.#name}.log`);
    const env = { ...this.#ports.env, [ATTEMPT_VARIABLE]: mark };
    return runValidation({ command, root: this.#scratch.root, env, log, handle: this.#handle });
  }

  held(commit: string, of: readonly string[]): Promise<ReadonlySet<string>> {
    return ancestorsOf(this.#git, commit, of);
  }

  seal(onto: string, files: SealedFiles, message: string): Promise<string> {
    return sealFiles(this.#git, this.#trees, { onto, files, message });
  }

  async apply({ integration, commit, ownPaths, backup, note }: Landing): Promise<void> {
    const { target, before, changed } = integration;
    await requireNoOpenMerge(this.#ports.repository, target, this.#missionId);
    // Of lanes as well: the branch of one may be gone since its review, or have been reset.
    const lanes = integration.lanes.map((lane) => [`${BACKUPS}${backup}/${lane.laneId}`, lane.commit]);
    const keeps = { ...Object.fromEntries(lanes), [`${BACKUPS}${backup}/target`]: before };
    const move = { branch: target, before, after: commit, changed, indexOnly: ownPaths, keeps };
    const kept: Kept = { mission: this.#handle, integration, backup, note };
    await this.#mover.run(this.#name, move, JSON.stringify(kept));
  }

  async pending(): ReturnType<Integrator['pending']> {
    const record = await this.#mover.pending(this.#name);
    if (!record) return undefined;
    const { move, note, stage } = record;
    const kept = parseRecord(note, this.#mover.file(this.#name), { check: isKept, hints: UNREADABLE });
    const recorded = unfinishedMerge(this.#ports.repository, this.#missionId) === 'recorded';
    return { landing: { ...kept, commit: move.after, ownPaths: move.indexOnly }, stage, recorded };
  }

  async resume(): Promise<void> {
    const rest = `--mission ${shellWord(this.#handle)}`;
    await this.#mover.resume(this.#name, [
      `Run \`spec-kitty merge --abort ${rest}\` to give the merge up, which leaves them as they are.`,
      `Or put them aside, and run \`spec-kitty merge --resume ${rest}\`.`,
    ]);
  }

  async abort(): Promise<Remains> {
    return (await this.#mover.abort(this.#name)) ?? { tip: null, left: [] };
  }

  forget(): Promise<void> {
    return this.#mover.forget(this.#name);
  }

  discard(): void {
    this.#scratch.remove();
  }
}

/** What a move's record does not say by itself. */
type Kept = Pick<Landing, 'integration' | 'backup' | 'note'> & { readonly mission: string };

/** It says what was to be merged, and that a plain merge finds out again. */
const UNREADABLE = [
  'If `git log` of the target has the merge, run `spec-kitty merge --landed` once the file is gone; if not, merge again.',
  'Before that, compare each checkout of the target with it, by `git status`, and delete the file.',
];

function isKept(value: unknown): value is Kept {
  const integration = { target: isText, before: isText, merged: isText, changed: isTexts };
  return hasFields(value, {
    mission: isText,
    backup: isText,
    integration: (given) => hasFields(given, integration),
    note: (text) => isText(text) && isNote(JSON.parse(String(text))),
  });
}

function isNote(value: unknown): boolean {
  return hasFields(value, {
    plan: (plan) => hasFields(plan, { completes: isTexts }),
    lanes: Array.isArray,
    rows: Array.isArray,
    meta: isObject,
  });
}
