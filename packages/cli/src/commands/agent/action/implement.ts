import { type Claim, claimPackage } from '@spec-kitty/core/work/claim-package';
import { implementPrompt } from '@spec-kitty/core/prompts/implement-prompt';
import { CHARTER, charterPart } from '@spec-kitty/core/project/charter';
import { writePrompt } from '@spec-kitty/local/prompts/write-prompt';
import type { AppContext } from '../../../context.ts';
import { promptPackage, reviewFeedback } from './prompt-package.ts';
import { requireAgent } from './require-agent.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly agent?: string;
  readonly mission?: string;
  readonly model?: string;
  readonly profile?: string;
  readonly json: boolean;
}

/** Claims a package, prepares its worktree and writes the instructions for working in it. */
export async function implement(
  this: AppContext,
  { json, mission, model, profile, ...flags }: Flags,
  wp?: string,
): Promise<void> {
  const agent = requireAgent(flags.agent);
  const workspace = await this.workspace();
  // Before anything is claimed: a charter that cannot be read is a refusal.
  const charter = charterPart(workspace.files.read(CHARTER), 'implement');
  this.progress('Preparing the worktree…');
  const claim = await claimPackage(workspace, { mission, wp, agent, model, profile });
  const { view, lane } = claim;
  const subject = promptPackage(workspace, {
    view,
    wp: claim.wp,
    lane,
    agent,
    workspace: claim.workspace,
    config: await workspace.config(),
    charter,
  });
  const feedback = await reviewFeedback(view, claim.wp, await workspace.lanes());
  const file = writePrompt(
    workspace.repository,
    `${view.mission.directory}-${claim.wp.id}-implement`,
    implementPrompt(subject, feedback),
  );
  const document = {
    result: 'success',
    wp_id: claim.wp.id,
    mission_slug: view.mission.directory,
    lane_id: lane.laneId,
    workspace_path: claim.workspace.path,
    branch: claim.workspace.branch,
    base_ref: subject.base,
    base_commit: claim.workspace.head,
    prompt_file: file,
    agent,
    fix_mode: feedback !== undefined,
    already_claimed: !claim.fresh,
    held_since: claim.heldSince,
  };
  // Every session that goes by one name is one agent to the log: a second one must not work in the first one's folder.
  if (!claim.fresh && wp === undefined) this.stderr(`Warning: ${resumed(claim, agent)}\n`);
  const at = `--mission ${shellWord(view.mission.directory)}`;
  this.show(json, document, () =>
    [
      `${claim.wp.id} ${claim.fresh ? 'is yours' : `is yours since ${claim.heldSince ?? 'an unknown time'}`}: ${claim.wp.title}`,
      `  Work in   ${claim.workspace.path}`,
      `  Branch    ${claim.workspace.branch} (${lane.laneId})`,
      `  Read      ${file}`,
      ...(subject.subtasks.length > 0
        ? [
            `Subtasks, once done:  \`spec-kitty agent tasks mark-status ${subject.subtasks.map(shellWord).join(' ')} --status done ${at}\``,
          ]
        : []),
      `When it is committed: \`spec-kitty agent tasks move-task ${claim.wp.id} --to for_review --agent ${shellWord(agent)} ${at}\``,
    ].join('\n'),
  );
}

/** What whoever names no package must know who is given one that is in hand. */
function resumed({ view, wp, heldSince, workspace }: Claim, agent: string): string {
  const at = `--mission ${shellWord(view.mission.directory)}`;
  return (
    `${wp.id} is resumed: ${agent} has it since ${heldSince ?? 'an unknown time'}, in ${workspace.path}. ` +
    `If that is another session, leave it alone and take a package under a name of your own: ` +
    `\`spec-kitty agent action implement --agent <name> ${at}\`. For another package under this name, name it: ` +
    `\`spec-kitty agent action implement <WPnn> --agent ${shellWord(agent)} ${at}\`.`
  );
}
