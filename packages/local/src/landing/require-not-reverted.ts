import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import type { LaneCommit } from '@spec-kitty/core/ports/integration';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Git } from '../git/git.ts';
import { findReverted, type LandedWork, type Reverted } from './find-reverted.ts';

/** Makes sure that what a target has had of lanes is still there. @throws Fault `LANDING_REVERTED` naming what took it back. */
export async function requireNotReverted(git: Git, target: string, work: LandedWork): Promise<void> {
  const reverted = await findReverted(git, work);
  const [first] = reverted;
  if (!first) return;
  const lanes = reverted.map(({ lane }) => lane);
  const paths = reverted.flatMap((lane) => lane.paths);
  throw new Fault(
    'refused',
    'LANDING_REVERTED',
    paths.length > 0
      ? `${target} had the work of ${lanes.join(', ')}, and has these paths as they were before it; nothing was changed: ${few(paths)}`
      : `${target} had the work of ${lanes.join(', ')}, and a later commit took it back; nothing was changed: ${first.commit}`,
    {
      hints: [
        first.paths.length > 0 ? restoring(target, first, work.lanes) : reverting(target, first),
        'To have it done differently, send its packages back with `spec-kitty agent tasks move-task <WPnn> --to planned --review-feedback-file <file>`.',
        'If it is meant to be as it is, say so: `spec-kitty agent tasks move-task <WPnn> --to done --force --note "<reason>"`.',
      ],
      details: { target_branch: target, lanes, commit: first.commit, reverted },
    },
  );
}

function reverting(target: string, { commit }: Reverted): string {
  return `To have it again, run \`git revert ${shellWord(commit)}\` on ${target}, then the command once more.`;
}

function restoring(target: string, { lane, paths }: Reverted, lanes: readonly LaneCommit[]): string {
  const from = lanes.find(({ laneId }) => laneId === lane)?.commit ?? lane;
  const command = `git checkout ${shellWord(from)} -- ${paths.map(shellWord).join(' ')}`;
  return `To have them again, run \`${command}\` on ${target}, commit, then the command once more.`;
}
