import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import type {
  Integration,
  LandedLane,
  LaneCommit,
  MergeOrder,
  Proposal,
} from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { findReverted, type Reverted } from './find-reverted.ts';
import { patchIdOf, patchIdsOf } from './patch-ids.ts';

/**
 * Proves that a target has the work of every lane: the commit itself, one with the same changes as the whole proposal
 * or the whole lane (a squash merge), or one for each of its commits (a rebase).
 *
 * @throws Fault `LANES_NOT_LANDED`; `LANDING_REVERTED` when a later commit has taken it back.
 */
export async function findLanded(
  git: Git,
  { target, lanes, tip }: Pick<MergeOrder, 'target' | 'lanes'> & { readonly tip: string },
  proposal: Proposal | null,
): Promise<Integration> {
  const whole = proposal !== null && (await hasChange(git, tip, proposal));
  const landed: LandedLane[] = [];
  const missing: LaneCommit[] = [];
  for (const lane of lanes) {
    if (await git.ok(['merge-base', '--is-ancestor', lane.commit, tip]))
      landed.push({ lane: lane.laneId, by: 'ancestry' });
    else if (
      (whole && proposal?.lanes.get(lane.laneId) === lane.commit) ||
      (await hasLane(git, tip, lane.commit))
    )
      landed.push({ lane: lane.laneId, by: 'patch-id' });
    else missing.push(lane);
  }
  if (missing.length > 0) throw notLanded(target, missing);
  const reverted = await findReverted(git, { tip, lanes, landed, proposal });
  if (reverted.length > 0) throw landingReverted(target, reverted);
  const results = lanes.map((lane) => ({ ...lane, commits: 0, files: [], conflicts: [] }));
  return {
    target,
    strategy: 'landed',
    before: tip,
    merged: tip,
    changed: [],
    lanes: results,
    proof: [],
    landed,
  };
}

async function hasLane(git: Git, tip: string, commit: string): Promise<boolean> {
  const base = await git.tryText(['merge-base', tip, commit]);
  if (base === undefined) return false;
  if (await hasChange(git, tip, { before: base, merged: commit })) return true;
  const there = await patchIds(git, ['--no-merges', tip, `^${base}`]);
  const here = await patchIds(git, ['--no-merges', commit, `^${base}`]);
  return here.size > 0 && [...here].every((id) => there.has(id));
}

/** Whether one commit of the target makes the same change as all commits between two. */
async function hasChange(
  git: Git,
  tip: string,
  { before, merged }: Pick<Proposal, 'before' | 'merged'>,
): Promise<boolean> {
  const id = await patchIdOf(git, before, merged);
  return id !== undefined && (await patchIds(git, ['--no-merges', tip, `^${before}`])).has(id);
}

async function patchIds(git: Git, range: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await patchIdsOf(git, range)).map(([, id]) => id));
}

function notLanded(target: string, missing: readonly LaneCommit[]): Fault {
  const lanes = missing.map(({ laneId }) => laneId);
  return new Fault(
    'refused',
    'LANES_NOT_LANDED',
    `${target} has neither the commits nor the changes of ${lanes.join(', ')}; nothing was recorded.`,
    {
      hints: [
        `Bring ${target} up to date, for example with \`git pull\`, and run the command again.`,
        'If the work was changed on its way, merge what is left of it with `spec-kitty merge`.',
      ],
      details: { target_branch: target, lanes },
    },
  );
}

function landingReverted(target: string, reverted: readonly Reverted[]): Fault {
  const [first] = reverted;
  const commit = first?.commit ?? '';
  const lanes = reverted.map(({ lane }) => lane);
  return new Fault(
    'refused',
    'LANDING_REVERTED',
    `${target} had the work of ${lanes.join(', ')}, and a later commit took it back; nothing was recorded: ${commit}`,
    {
      hints: [
        `To have it again, run \`git revert ${shellWord(commit)}\` on ${target}, then the command once more.`,
        'To have it done differently, send its packages back with `spec-kitty agent tasks move-task <WPnn> --to planned --review-feedback-file <file>`.',
      ],
      details: { target_branch: target, lanes, commit, reverted },
    },
  );
}
