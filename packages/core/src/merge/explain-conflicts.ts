import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { Integration, LaneResult } from '../ports/integration.ts';
import { shellWord } from '../shell-word.ts';

/**
 * Refuses a merge that Git cannot make by itself, with every lane and path that conflicts.
 *
 * @param inParts whether some lanes may land without the others.
 */
export function explainConflicts(
  { target, before, lanes }: Integration,
  handle: string,
  inParts: boolean,
): Fault {
  const conflicting = lanes.filter(({ conflicts }) => conflicts.length > 0);
  const sentences = conflicting.map((lane) => `${lane.laneId} conflicts in ${few(pathsOf(lane))}`);
  return new Fault('refused', 'MERGE_CONFLICT', `${sentences.join('; ')}; nothing was merged.`, {
    hints: [
      ...conflicting.flatMap((lane) => {
        const met = [before, ...lanes.slice(0, lanes.indexOf(lane)).map(({ commit }) => commit)];
        return [resolve(lane, handle), ...sendBack(lane, met, handle)];
      }),
      ...(inParts && conflicting.length < lanes.length
        ? [
            `Or run \`spec-kitty merge --train --mission ${shellWord(handle)}\`, which sends back what conflicts and merges the rest.`,
          ]
        : []),
      `See who changed what: \`spec-kitty merge --explain --mission ${shellWord(handle)}\`.`,
    ],
    details: {
      target_branch: target,
      before,
      lanes: lanes.map(({ laneId, packages, commit, commits, files }) => ({
        lane_id: laneId,
        wp_ids: packages,
        commit,
        commits,
        files,
      })),
      conflicts: conflicting.flatMap(({ conflicts }) => conflicts),
      packages: conflicting.flatMap(({ packages }) => packages),
      // Whoever reads what a dry run would move finds that with a conflict nothing would.
      refs: [],
    },
  });
}

function resolve({ laneId }: LaneResult, handle: string): string {
  return `Resolve it in a folder of its own: \`spec-kitty conflicts start --lane ${shellWord(laneId)} --mission ${shellWord(handle)}\`.`;
}

function sendBack(lane: LaneResult, met: readonly string[], handle: string): readonly string[] {
  const wp = lane.packages.at(-1) ?? '';
  const feedback = shellWord(`it conflicts in ${few(pathsOf(lane))}`);
  const merges = met.map((commit) => `\`git merge ${commit}\``).join(', ');
  return [
    `Or send ${wp} back for rework: \`echo ${feedback} | spec-kitty agent tasks move-task ${wp} --to planned --review-feedback-file - --mission ${shellWord(handle)}\`.`,
    `Whoever claims it then resolves that in its worktree: ${merges}.`,
  ];
}

function pathsOf({ conflicts }: LaneResult): readonly string[] {
  return conflicts.map(({ path }) => path);
}
