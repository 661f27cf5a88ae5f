import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { openRun } from '../run/open-run.ts';
import { reportDocument } from '../run/show/report-document.ts';
import type { ProjectCommands } from './project-commands.ts';

/** One step of a package, as the mission's log has it. */
export type DemoStep = {
  readonly wp: string;
  readonly agent: string;
  /** Commit that was made, or judged. */
  readonly commit: string;
} & (
  | { readonly kind: 'implemented' }
  | { readonly kind: 'approved'; readonly summary: string }
  | { readonly kind: 'rejected'; readonly finding: string; readonly feedbackFile: string }
);

/** What the delivered mission says of itself: its log has who did what, the journal of its runs why. */
export async function readHistory(commands: ProjectCommands): Promise<readonly DemoStep[]> {
  const workspace = await commands.workspace();
  const view = await workspace.view(commands.mission);
  const { runs, logOf } = openRun(workspace, view.mission);
  const report = reportDocument(view, runs, logOf);
  const findings = new Map(
    report.packages.map(({ wp_id: wp, attempts }) => [
      wp,
      attempts.filter(({ result }) => result === 'rejected').map(({ reason }) => reason),
    ]),
  );
  const { laneEvents } = await workspace.log.read(view.mission);
  const handedOver = new Map<string, string>();
  return laneEvents.flatMap((row): readonly DemoStep[] => {
    const { wp_id: wp, to_lane: to, from_lane: from } = row;
    const agent = nameOf(row);
    if (to === 'for_review') {
      handedOver.set(wp, commitOf(row));
      return [{ kind: 'implemented', wp, agent, commit: commitOf(row) }];
    }
    const commit = handedOver.get(wp) ?? '';
    if (to === 'approved') return [{ kind: 'approved', wp, agent, commit, summary: row.reason ?? '' }];
    if (to !== 'planned' || from !== 'in_review') return [];
    const feedbackFile = row.review_result?.feedback_path ?? '';
    return [{ kind: 'rejected', wp, agent, commit, finding: findings.get(wp)?.shift() ?? '', feedbackFile }];
  });
}

function nameOf({ actor }: LaneEvent): string {
  return typeof actor === 'string' ? actor : JSON.stringify(actor);
}

function commitOf({ policy_metadata: policy }: LaneEvent): string {
  const commit = policy?.['commit'];
  return typeof commit === 'string' ? commit : '';
}
