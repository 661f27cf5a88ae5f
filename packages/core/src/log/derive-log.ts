import type { Annotation, RawRow } from '@spec-kitty/protocol/status-row';
import { decodeLog, type LogRows, type LogSource, visitLog } from '../status/rows/decode-log.ts';
import { isAbandoned, MISSION_ABANDONED } from './abandonment.ts';
import type { Proposal } from '../ports/integration.ts';
import { latestProposal, MERGE_PROPOSED } from './latest-proposal.ts';
import { latestMerge, MISSION_MERGED, type MergeRecord } from '../status/latest-merge.ts';
import { LaneFold, type LogState, reduce } from '../status/reduce.ts';
import { type Acceptance, latestAcceptance, MISSION_ACCEPTED } from '../status/acceptance.ts';

/** What readers need of a log. */
export interface DerivedLog {
  readonly state: LogState;
  readonly acceptance: Acceptance | null;
  readonly merge: MergeRecord | null;
  readonly proposal: Proposal | null;
  /** Whether it was given up, and no package has been taken up again since. */
  readonly abandoned: boolean;
}

/** Types of the lifecycle rows that any of it is derived from. */
const USED: ReadonlySet<unknown> = new Set([
  MISSION_ACCEPTED,
  MISSION_MERGED,
  MERGE_PROPOSED,
  MISSION_ABANDONED,
]);

/** Stops a fold that cannot be finished in passing; never leaves this module. */
class OutOfOrder extends Error {}

/**
 * Derives the state of a log while reading it, so that the rows of a long one need not be kept.
 *
 * A log that is out of order or repeats an id, which is rare, is decoded as a whole instead.
 *
 * @throws Fault `LOG_CORRUPT` as `decodeLog`.
 */
export function deriveLog(sources: readonly LogSource[]): DerivedLog {
  try {
    return deriveInPassing(sources);
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    const log = decodeLog(sources);
    return derived(log, reduce(log));
  }
}

function deriveInPassing(sources: readonly LogSource[]): DerivedLog {
  const fold = new LaneFold();
  const annotations: Annotation[] = [];
  const lifecycle: RawRow[] = [];
  const others: RawRow[] = [];
  const isNew = newIds();
  visitLog(sources, {
    isRepeat: (row) => {
      if (!isNew(row['event_id'])) throw new OutOfOrder();
      return undefined;
    },
    lane: (event) => {
      if (!fold.isNext(event)) throw new OutOfOrder();
      fold.add(event);
    },
    annotation: (annotation) => void annotations.push(annotation),
    lifecycle: (row) => {
      if (USED.has(row['event_type'])) lifecycle.push(row);
    },
    other: (row) => void others.push(row),
  });
  return derived({ lifecycle }, fold.finish({ annotations, others }));
}

function derived(log: Pick<LogRows, 'lifecycle'>, state: LogState): DerivedLog {
  return {
    state,
    acceptance: latestAcceptance(log),
    merge: latestMerge(log),
    proposal: latestProposal(log),
    abandoned: isAbandoned(log, state),
  };
}

/** Remembers ids; one above all earlier ones is new, and the table is only built when one is not. */
function newIds(): (id: unknown) => boolean {
  const ascending: string[] = [];
  let highest = '';
  let seen: Set<string> | undefined;
  return (id) => {
    if (typeof id !== 'string') return true;
    if (seen === undefined && id > highest) {
      highest = id;
      ascending.push(id);
      return true;
    }
    seen ??= new Set(ascending);
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  };
}
