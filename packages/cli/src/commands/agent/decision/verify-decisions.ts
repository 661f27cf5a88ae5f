import { counted } from '@spec-kitty/core/counted';
import { readDecisionIndex } from '@spec-kitty/core/decisions/decision-index';
import { verifyDecisions } from '@spec-kitty/core/decisions/verify-decisions';
import { Fault } from '@spec-kitty/core/fault';
import { requireFiles } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly failOnStale: boolean;
  readonly mission?: string;
  readonly json: boolean;
}

/** Says where documents and record disagree; refuses over what would be forgotten. */
export async function verify(this: AppContext, { failOnStale, mission: handle, json }: Flags): Promise<void> {
  const mission = await (await this.workspace()).missions.open(handle);
  requireFiles(mission);
  // A damaged index says nothing, and must not pass for one that has no decisions.
  readDecisionIndex(mission);
  const { findings, markerCount, deferredCount } = verifyDecisions(mission.files);
  const failing = findings.filter(({ kind }) => failOnStale || kind !== 'stale_marker');
  const status = failing.length > 0 ? 'drift' : findings.length > 0 ? 'stale' : 'clean';
  const facts = {
    mission_slug: mission.directory,
    status,
    findings: findings.map(({ decisionId, file, ...one }) => ({
      ...one,
      file: `kitty-specs/${mission.directory}/${file}`,
      decision_id: decisionId,
    })),
    marker_count: markerCount,
    deferred_count: deferredCount,
  };
  const lines = facts.findings.map(
    ({ file, line, message }) => `${file}${line === null ? '' : `:${line}`}: ${message}`,
  );
  if (failing.length > 0)
    throw new Fault(
      'refused',
      'DECISION_VERIFY_DRIFT',
      `Markers and decisions of ${mission.directory} differ.`,
      {
        hints: [
          ...lines,
          'Put a question on record with `spec-kitty agent decision open`; remove a marker that is answered.',
        ],
        details: facts,
      },
    );
  this.show(json, { result: 'success', ...facts }, () =>
    [
      ...lines,
      `${mission.directory}: ${counted(markerCount, 'marker')}, ${deferredCount} put off; nothing is forgotten.`,
    ].join('\n'),
  );
}
