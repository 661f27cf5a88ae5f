import { createMission } from '@spec-kitty/core/mission/create-mission';
import type { MissionPlan } from '@spec-kitty/core/mission/plan-mission';
import { MISSION_BRIEF, takenBrief, takerOf } from '@spec-kitty/core/project/mission-brief';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';
import { version } from '../../../version.ts';
import { landingBranch } from './landing-branch.ts';
import { namesakeNotes, openNamesakes } from './open-namesakes.ts';
import { shellWord } from '@spec-kitty/core/shell-word';
import { setUpNotes } from './set-up-note.ts';

interface Flags {
  readonly missionType?: string;
  readonly targetBranch?: string;
  readonly friendlyName?: string;
  readonly purposeTldr?: string;
  readonly purposeContext?: string;
  readonly prBound: boolean;
  readonly json: boolean;
}

/** Creates a mission and says where to write its specification. */
export async function create(this: AppContext, flags: Flags, slug: string): Promise<void> {
  const workspace = await this.workspace();
  const notes = setUpNotes(workspace);
  const branch = await workspace.branch();
  const target = landingBranch(branch, flags.targetBranch);
  const namesakes = openNamesakes(workspace, slug);
  const { project } = await workspace.config();
  const { brief, plan } = await withBrief(workspace, (path) =>
    createMission(workspace, {
      slug,
      targetBranch: target,
      currentBranch: branch,
      missionType: flags.missionType ?? 'software-dev',
      friendlyName: flags.friendlyName,
      purposeTldr: flags.purposeTldr,
      purposeContext: flags.purposeContext,
      prBound: flags.prBound,
      brief: path,
      project,
    }),
  );
  const root = `kitty-specs/${plan.directory}`;
  const facts = { brief_file: brief ?? null, open_namesakes: namesakes };
  this.show(flags.json, { ...document(plan, branch), ...facts }, () =>
    [
      `Created ${root} (${plan.meta.mission_id}), landing on ${target}.`,
      ...(brief === undefined ? [] : [`Write it from ${brief}.`]),
      `Write ${root}/spec.md, then run \`spec-kitty next --mission ${shellWord(plan.directory)}\`.`,
      ...namesakeNotes(plan.directory, namesakes),
      ...notes,
    ].join('\n'),
  );
}

/** Creates a mission from the brief that is kept, unless one has taken it up already; the brief then names this one. */
function withBrief(
  { files, lock }: Workspace,
  createFrom: (brief: string | undefined) => Promise<MissionPlan>,
): Promise<{ readonly brief: string | undefined; readonly plan: MissionPlan }> {
  return lock.hold('mission-brief', 'mission create', async () => {
    const text = files.read(MISSION_BRIEF);
    if (text === undefined || takerOf(text) !== null)
      return { brief: undefined, plan: await createFrom(undefined) };
    const plan = await createFrom(MISSION_BRIEF);
    files.write(MISSION_BRIEF, takenBrief(text, plan.directory));
    return { brief: MISSION_BRIEF, plan };
  });
}

/** Keys of L§2.4, without copies and without what is only about topologies that are not made here. */
function document({ directory, meta, files }: MissionPlan, branch: string | undefined) {
  const target = targetBranch(meta);
  const root = `kitty-specs/${directory}`;
  return {
    result: 'success',
    mission_slug: directory,
    mission_id: meta.mission_id,
    mission_number: null,
    mission_type: meta.mission_type,
    slug: directory,
    friendly_name: meta.friendly_name,
    purpose_tldr: meta.purpose_tldr ?? null,
    purpose_context: meta.purpose_context ?? null,
    topology: meta.topology,
    feature_dir: root,
    spec_file: `${root}/spec.md`,
    meta_file: `${root}/meta.json`,
    created_at: meta.created_at,
    created_files: [...Object.keys(files), 'status.events.jsonl', 'status.json'].map(
      (file) => `${root}/${file}`,
    ),
    scaffold_only: true,
    requires_agent_authoring: true,
    spec_kitty_version: version,
    next_step: `Write ${root}/spec.md, then run spec-kitty next --mission ${shellWord(directory)}`,
    branch_context: {
      current_branch: branch ?? null,
      target_branch: target,
      base_branch: target,
      planning_base_branch: target,
      merge_target_branch: target,
      expected_checkout_branch: target,
      matches_target: branch === target,
      branch_strategy_summary: `Planned on ${target}; finished work is merged into ${target}.`,
    },
  };
}
