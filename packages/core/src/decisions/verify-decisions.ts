import { clarifications } from '../mission/clarifications.ts';
import { DECISIONS, readDecisions } from '../mission/decisions.ts';
import { QUESTIONED } from '../mission/readiness.ts';
import type { MissionFiles } from '../ports/mission-store.ts';

/** A place where the documents and the record disagree. */
export interface DecisionFinding {
  readonly kind: 'marker_without_decision' | 'deferred_without_marker' | 'stale_marker';
  /** In the mission's folder. */
  readonly file: string;
  readonly line: number | null;
  readonly decisionId: string | null;
  readonly message: string;
}

/** What came of comparing them. */
export interface DecisionReport {
  readonly findings: readonly DecisionFinding[];
  readonly markerCount: number;
  readonly deferredCount: number;
}

/**
 * Compares the markers of spec.md and plan.md with the decisions on record, both ways (L§9.6).
 *
 * A question that is open is asked by `next` and needs no marker; one that was put off does, lest it be forgotten.
 */
export function verifyDecisions(files: MissionFiles): DecisionReport {
  const decisions = readDecisions(files.read(DECISIONS));
  const statusOf = new Map(decisions.map(({ decisionId, status }) => [decisionId, status]));
  const markers = QUESTIONED.flatMap((file) => clarifications(file, files.read(file)));
  const deferred = decisions.filter(({ status }) => status === 'deferred');
  const marked = new Set(markers.map(({ decisionId }) => decisionId));
  return {
    findings: [
      ...markers.flatMap(({ file, line, decisionId }): readonly DecisionFinding[] => {
        const status = decisionId === null ? undefined : statusOf.get(decisionId);
        const at = { file, line, decisionId };
        if (status === undefined) {
          const message =
            decisionId === null
              ? 'This marker carries the id of no decision.'
              : `Decision ${decisionId} is not on record.`;
          return [{ ...at, kind: 'marker_without_decision', message }];
        }
        if (status === 'open' || status === 'deferred') return [];
        return [{ ...at, kind: 'stale_marker', message: `Decision ${decisionId} is ${status}.` }];
      }),
      ...deferred
        .filter(({ decisionId }) => !marked.has(decisionId))
        .map(({ decisionId, question }): DecisionFinding => ({
          kind: 'deferred_without_marker',
          file: DECISIONS,
          line: null,
          decisionId,
          message: `Decision ${decisionId} is put off, and no document says so: ${question}`,
        })),
    ],
    markerCount: markers.length,
    deferredCount: deferred.length,
  };
}
