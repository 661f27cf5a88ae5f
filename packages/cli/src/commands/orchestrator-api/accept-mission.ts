import { type Accepted, acceptMission as accept } from '@spec-kitty/core/accept/accept-mission';
import { Fault } from '@spec-kitty/core/fault';
import { sourceLane } from '@spec-kitty/core/status/package-state';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';

interface Flags {
  readonly mission: string;
  readonly actor: string;
}

/** Accepts a mission, as `accept` does. */
export async function acceptMission(this: AppContext, { mission, actor }: Flags): Promise<void> {
  await answer(this, { command: 'accept-mission', mission, actor }, async (workspace, { mission: found }) => {
    const accepted = await orWhatIsMissing(found.directory, () => accepting(workspace, { mission, actor }));
    const { view, mode, at, commit, already } = accepted;
    const inLane = (lane: string) =>
      view.packages.filter(({ id }) => sourceLane(view.state.packages.get(id)) === lane).map(({ id }) => id);
    const approved = inLane('approved');
    return {
      accepted: true,
      already_accepted: already,
      mode,
      accepted_at: at,
      accepted_wps: [...approved, ...inLane('done')],
      approved_wps: approved,
      done_wps: inLane('done'),
      merge_pending_wps: approved,
      commit,
    };
  });
}

async function accepting(workspace: Workspace, { mission, actor }: Flags): Promise<Accepted> {
  const { autoCommit } = await workspace.config();
  return accept(workspace, { mission, actor, mode: 'auto', commit: autoCommit });
}

/** Where every package is settled it is a document that is missing, and the contract has a code for that. */
async function orWhatIsMissing<T>(directory: string, accepts: () => Promise<T>): Promise<T> {
  try {
    return await accepts();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'MISSION_NOT_READY') throw error;
    const { incomplete_wps: incomplete, missing_artifacts: missing } = error.details as {
      incomplete_wps: readonly string[];
      missing_artifacts: readonly string[];
    };
    if (incomplete.length > 0 || missing[0] === undefined) throw error;
    throw new Fault('refused', 'WORKFLOW_EVIDENCE_REQUIRED', error.message, {
      hints: error.hints,
      details: { ...error.details, required_evidence_path: `kitty-specs/${directory}/${missing[0]}` },
    });
  }
}
