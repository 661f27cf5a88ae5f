import type { Credit, LaneCommit } from '../ports/integration.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { MergePlan } from './plan-merge.ts';

/** Message of the commit that merges one lane. */
export function laneMessage(view: MissionView, lane: LaneCommit): string {
  const { directory } = view.mission;
  return `Merge ${lane.packages.join(', ')} of ${directory}\n\n${titles(view, lane.packages)}\n\n${trailers(view)}`;
}

/** Message of the one commit that has all lanes; trailers say who wrote which package, and where its commits are kept. */
export function squashMessage(view: MissionView, credits: readonly Credit[]): string {
  const { directory, meta } = view.mission;
  const authors = [...new Set(credits.flatMap((credit) => credit.authors))].toSorted();
  const packages = credits.map(({ wp, commit, authors: by }) =>
    ['Spec-Kitty-Package:', wp, commit, ...(by.length > 0 ? [`by ${by.join(', ')}`] : [])].join(' '),
  );
  const lines = [...packages, ...authors.map((author) => `Co-authored-by: ${author}`)];
  const title = meta.friendly_name ?? directory;
  return `${title}\n\n${titles(
    view,
    credits.map(({ wp }) => wp),
  )}\n\n${lines.map((line) => `${line}\n`).join('')}${trailers(view)}`;
}

/** Message of the commit that has the mission's own files as the merge leaves them. */
export function sealMessage(
  view: MissionView,
  { completes }: Pick<MergePlan, 'completes'>,
  swept: readonly string[],
): string {
  const along = swept.length === 0 ? '' : `\nWith changes of: ${swept.join(', ')}`;
  return `Record the merge of ${view.mission.directory}\n\nDone: ${completes.join(', ')}${along}\n\n${trailers(view)}`;
}

function titles({ packages }: MissionView, ids: readonly string[]): string {
  return ids.map((id) => `${id}: ${packages.find((wp) => wp.id === id)?.title ?? id}`).join('\n');
}

function trailers({ mission }: MissionView): string {
  return `Spec-Kitty-Command: merge\nSpec-Kitty-Mission: ${mission.missionId}\n`;
}
