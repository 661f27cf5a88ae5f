import { Fault } from '@spec-kitty/core/fault';
import { emitTransition } from '@spec-kitty/core/move/emit-transition';
import type { AppContext } from '../../../context.ts';
import { parseEvidence, parseReviewResult } from './review-json.ts';

interface Flags {
  readonly to: string;
  readonly actor: string;
  readonly force: boolean;
  readonly reason?: string;
  readonly evidenceJson?: string;
  readonly reviewRef?: string;
  readonly reviewResultJson?: string;
  readonly workspaceContext?: string;
  readonly subtasksComplete: boolean;
  readonly implementationEvidencePresent: boolean;
  readonly executionMode?: 'worktree' | 'direct_repo';
  readonly mission?: string;
  readonly json: boolean;
}

/** Records one transition and prints the event. */
export async function emit(this: AppContext, flags: Flags, wp: string): Promise<void> {
  const { evidenceJson, reviewResultJson, json, mission, ...rest } = flags;
  const request = {
    ...rest,
    wp,
    mission,
    evidence: evidenceJson === undefined ? undefined : parseEvidence(evidenceJson),
    reviewResult: reviewResultJson === undefined ? undefined : parseReviewResult(reviewResultJson),
  };
  const workspace = await this.workspace();
  const emitted = await emitTransition(workspace, request).catch(inOwnOptions);
  const document = {
    event_id: emitted.eventId,
    mission_slug: emitted.directory,
    wp_id: emitted.wpId,
    work_package_id: emitted.wpId,
    from_lane: emitted.from,
    to_lane: emitted.to,
    status_events_path: `kitty-specs/${emitted.directory}/status.events.jsonl`,
    actor: flags.actor,
    commit: emitted.commit,
  };
  const { wpId, from, to, eventId } = emitted;
  this.show(json, document, () =>
    from === to
      ? `${wpId} stays ${to}; the forced transition is recorded (${eventId}).`
      : `${wpId}: ${from} → ${to} (${eventId}).`,
  );
}

/** Rules name the options of `move-task`, which keeps them as well. */
function inOwnOptions(error: unknown): never {
  if (!(error instanceof Fault)) throw error;
  const { kind, code, message, details, cause } = error;
  const hints = error.hints.map((hint) => hint.replace('--force and --note', '--force and --reason'));
  throw new Fault(kind, code, message, { hints, details, cause });
}
