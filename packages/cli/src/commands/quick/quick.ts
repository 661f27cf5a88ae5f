import { quickMission } from '@spec-kitty/core/quick/quick-mission';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';
import { landingBranch } from '../agent/mission/landing-branch.ts';
import { namesakeNotes, openNamesakes } from '../agent/mission/open-namesakes.ts';
import { setUpNotes } from '../agent/mission/set-up-note.ts';

interface Flags {
  readonly files?: readonly string[];
  readonly agent?: string;
  readonly commit: boolean;
  readonly json: boolean;
}

/** Makes the mission and says the one thing to run next. */
export async function quick(
  this: AppContext,
  { files = [], agent, commit: commits, json }: Flags,
  request: string,
): Promise<void> {
  const workspace = await this.workspace();
  const notes = setUpNotes(workspace);
  const { project, autoCommit } = await workspace.config();
  const { view, plan, commit, repeated, namesakes } = await quickMission(workspace, {
    request,
    ownedFiles: files,
    branch: landingBranch(await workspace.branch(), undefined),
    actor: 'spec-kitty quick',
    commit: commits && autoCommit,
    namesakes: (slug) => openNamesakes(workspace, slug),
    project,
  });
  const { directory, missionId, meta } = view.mission;
  const target = targetBranch(meta);
  const next = `spec-kitty agent action implement WP01 --agent ${agent === undefined ? '<agent>' : shellWord(agent)} --mission ${shellWord(directory)}`;
  const document = {
    result: 'success',
    mission_slug: directory,
    mission_id: missionId,
    feature_dir: `kitty-specs/${directory}`,
    wp_id: 'WP01',
    owned_files: plan.packages[0]?.ownedFiles ?? [],
    target_branch: target,
    commit_hash: commit,
    next_command: next,
    repeated,
    open_namesakes: namesakes,
  };
  this.show(json, document, () =>
    [
      `${repeated ? 'Already planned, and nobody has begun with it:' : 'Planned'} kitty-specs/${directory}: one package, landing on ${target}${commit === null ? '; no commit was made' : `, committed as ${commit.slice(0, 12)}`}.`,
      `Next: \`${next}\`.`,
      ...namesakeNotes(directory, namesakes),
      ...notes,
    ].join('\n'),
  );
}
