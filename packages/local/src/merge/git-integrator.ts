import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type {
  Integration,
  Integrator,
  Landing,
  LaneCommit,
  SealedFiles,
} from '@spec-kitty/core/ports/integration';
import { copyFileSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BranchMover } from '../checkout/move-branch.ts';
import { containedPath } from '../files/contained-path.ts';
import { commitOf } from '../git/commit-of.ts';
import { Git } from '../git/git.ts';
import { fillSubmodules } from '../lanes/complete-checkout.ts';
import type { WorkspaceSetup } from '../lanes/workspace-setup.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';
import type { Repository } from '../repository/repository.ts';
import { mergeName } from './unfinished-merge.ts';
import { ScratchWorktree } from './scratch-worktree.ts';

const VALIDATION_TIMEOUT_MS = 30 * 60 * 1000;

/** What {@link GitIntegrator} works with. */
export interface IntegratorPorts {
  readonly repository: Repository;
  /** Prepares the merged tree for its validation. */
  readonly setup: WorkspaceSetup;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Merges lanes in a scratch worktree and moves the target with one compare-and-swap. */
export class GitIntegrator implements Integrator {
  readonly #ports: IntegratorPorts;
  readonly #git: Git;
  readonly #scratch: ScratchWorktree;
  readonly #mover: BranchMover;
  readonly #name: string;
  readonly #handle: string;

  constructor(ports: IntegratorPorts, { missionId, directory }: Mission) {
    const { repository, env } = ports;
    // Unique among the merges that may be under way.
    const name = mergeName(missionId);
    this.#ports = ports;
    this.#git = new Git(repository.primary, env);
    this.#scratch = new ScratchWorktree(this.#git, repository.commonDir, name);
    this.#mover = new BranchMover(ports);
    this.#name = name;
    this.#handle = directory;
  }

  async show(branch: string, file: string): Promise<string | undefined> {
    const shown = await this.#git.attempt(['cat-file', 'blob', `refs/heads/${branch}:${file}`]);
    return shown.exitCode === 0 ? shown.stdout : undefined;
  }

  async prepare(
    target: string,
    lanes: readonly LaneCommit[],
    messages: (lane: LaneCommit) => string,
  ): Promise<Integration> {
    const before = await commitOf(this.#git, `refs/heads/${target}`);
    if (before === undefined) {
      throw new Fault('refused', 'TARGET_NOT_FOUND', `The target branch does not exist: ${target}`, {
        hints: [`Create it with \`git branch ${shellWord(target)}\`, or correct target_branch in meta.json.`],
        details: { target_branch: target },
      });
    }
    const git = await this.#scratch.open(before);
    for (const [index, lane] of lanes.entries()) {
      if (await git.ok(['merge-base', '--is-ancestor', lane.commit, 'HEAD'])) continue;
      const met = [before, ...lanes.slice(0, index).map(({ commit }) => commit)];
      const conflicts = await mergeLane(git, lane, messages(lane));
      if (conflicts.length > 0) throw conflict(this.#handle, { lane, met, paths: conflicts });
    }
    const merged = await git.text(['rev-parse', 'HEAD']);
    const changed = await git.records(['diff', '--name-only', '--no-renames', '-z', before, merged]);
    return { target, before, merged, changed };
  }

  async validate(command: readonly string[]): Promise<void> {
    const { root } = this.#scratch;
    const { setup, env, repository } = this.#ports;
    await fillSubmodules(this.#git.at(root), repository.commonDir);
    await setup.run(root);
    const result = await runProcess({ argv: command, cwd: root, env, timeoutMs: VALIDATION_TIMEOUT_MS });
    if (result.exitCode !== 0) throw invalid(this.#handle, command, result);
  }

  async seal({ copied, texts }: SealedFiles, message: string): Promise<string> {
    const { root } = this.#scratch;
    for (const file of copied) this.#copy(file);
    for (const [file, text] of Object.entries(texts)) {
      const target = containedPath(root, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const git = this.#git.at(root);
    const stdin = [...new Set([...copied, ...Object.keys(texts)])].join('\0');
    await git.run(['update-index', '--add', '--remove', '-z', '--stdin'], { stdin });
    await git.run(['commit', '--quiet', '--no-verify', '--allow-empty', '-m', message]);
    return git.text(['rev-parse', 'HEAD']);
  }

  /** As bytes; a link of the checkout is left to its user to commit. */
  #copy(file: string): void {
    const from = lstatSync(containedPath(this.#ports.repository.primary, file), { throwIfNoEntry: false });
    const to = containedPath(this.#scratch.root, file);
    if (from === undefined) rmSync(to, { force: true });
    if (!from?.isFile()) return;
    mkdirSync(path.dirname(to), { recursive: true });
    copyFileSync(containedPath(this.#ports.repository.primary, file), to);
  }

  async apply({ integration, commit, ownPaths, backup, note }: Landing): Promise<void> {
    const { target, before, changed } = integration;
    const keptAs = `refs/spec-kitty/backup/${backup}/target`;
    const move = { branch: target, before, after: commit, changed, indexOnly: ownPaths, keptAs };
    const kept: Kept = { integration, backup, note };
    await this.#mover.run(this.#name, move, JSON.stringify(kept));
  }

  async resume(): Promise<Landing | undefined> {
    const record = await this.#mover.resume(this.#name);
    if (!record) return undefined;
    const { move } = record;
    const kept: Kept = JSON.parse(record.note);
    return { ...kept, commit: move.after, ownPaths: move.indexOnly };
  }

  forget(): void {
    this.#mover.forget(this.#name);
  }

  discard(): void {
    this.#scratch.remove();
  }
}

/** What a move's record does not say by itself. */
type Kept = Pick<Landing, 'integration' | 'backup' | 'note'>;

function invalid(handle: string, command: readonly string[], result: ProcessResult): Fault {
  const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
  const shown = command.join(' ');
  const details = { command, exit_code: result.exitCode ?? null, output };
  if (result.timedOut || result.exitCode === undefined) {
    return new Fault('refused', 'VALIDATION_NOT_RUN', `The validation did not finish: ${shown}`, {
      hints: ['Nothing was moved. Run it by hand in a lane to see what holds it up.'],
      details,
    });
  }
  return new Fault(
    'refused',
    'VALIDATION_FAILED',
    [`The validation of the merged result failed: ${shown}`, output].join('\n').trimEnd(),
    {
      hints: [
        'Nothing was moved.',
        `Send the package that breaks it back for rework: ${sendBack(handle, '<WPnn>', 'the validation fails')}.`,
      ],
      details,
    },
  );
}

/** Merges one lane; returns the paths in which it conflicts. */
async function mergeLane(git: Git, lane: LaneCommit, message: string): Promise<readonly string[]> {
  const args = [
    '-c',
    'rerere.enabled=false',
    'merge',
    '--no-ff',
    '--no-verify',
    '--quiet',
    '-m',
    message,
    lane.commit,
  ];
  const result = await git.attempt(args);
  if (result.exitCode === 0) return [];
  const paths = await git.records(['diff', '--name-only', '--diff-filter=U', '-z']);
  if (paths.length === 0) throw git.failure(args, result);
  return paths;
}

interface Conflict {
  readonly lane: LaneCommit;
  /** What was merged before it. */
  readonly met: readonly string[];
  readonly paths: readonly string[];
}

function conflict(handle: string, { lane, met, paths }: Conflict): Fault {
  const wp = lane.packages.at(-1) ?? '';
  const merges = met.map((commit) => `\`git merge ${commit}\``).join(', ');
  return new Fault(
    'refused',
    'MERGE_CONFLICT',
    `${lane.laneId} conflicts in ${paths.join(', ')}; nothing was merged.`,
    {
      hints: [
        `Send ${wp} back for rework: ${sendBack(handle, wp, `it conflicts in ${paths.join(', ')}`)}.`,
        `Whoever claims it then resolves that in its worktree: ${merges}.`,
      ],
      details: { conflicts: [{ lane: lane.laneId, paths }], packages: lane.packages },
    },
  );
}

function sendBack(handle: string, wp: string, feedback: string): string {
  return `\`echo ${shellWord(feedback)} | spec-kitty agent tasks move-task ${wp} --to planned --review-feedback-file - --mission ${shellWord(handle)}\``;
}
