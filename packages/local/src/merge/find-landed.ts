import { Fault } from '@spec-kitty/core/fault';
import type {
  Integration,
  LandedLane,
  LaneCommit,
  MergeOrder,
  Proposal,
} from '@spec-kitty/core/ports/integration';
import type { Git } from '../git/git.ts';
import { targetTip } from './build-merge.ts';

/**
 * Proves that a target has the work of every lane: the commit itself, one with the same changes as the whole proposal
 * or the whole lane (a squash merge), or one for each of its commits (a rebase).
 *
 * @throws Fault `LANES_NOT_LANDED`.
 */
export async function findLanded(
  git: Git,
  { target, lanes }: MergeOrder,
  proposal: Proposal | null,
): Promise<Integration> {
  const tip = await targetTip(git, target);
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
  const { stdout } = await git.run(['diff-tree', '-p', '-r', before, merged], { encoding: 'latin1' });
  const [id] = await idsOf(git, stdout);
  if (id === undefined) return false;
  return (await patchIds(git, ['--no-merges', tip, `^${before}`])).has(id);
}

async function patchIds(git: Git, range: readonly string[]): Promise<ReadonlySet<string>> {
  const stdin = `${(await git.lines(['rev-list', ...range])).join('\n')}\n`;
  const { stdout } = await git.run(['diff-tree', '--stdin', '-p', '-r', '--root'], {
    stdin,
    encoding: 'latin1',
  });
  return new Set(await idsOf(git, stdout));
}

async function idsOf(git: Git, patches: string): Promise<readonly string[]> {
  const lines = await git.lines(['patch-id', '--stable'], { stdin: Buffer.from(patches, 'latin1') });
  return lines.map((line) => line.split(' ')[0] ?? '');
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
