import { Fault } from '../fault.ts';
import type { Mission } from '../ports/mission-store.ts';
import { corruptLines } from '../status/rows/corrupt-lines.ts';
import { decodeLog, type LogRows, rawRows } from '../status/rows/decode-log.ts';
import { newestSchema, ROW_SCHEMA, schemaTooNew } from '../status/rows/newest-schema.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { toSnapshot } from '../status/snapshot.ts';
import { validateLog } from '../status/rows/validate-log.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import type { LogText, StoredLog } from './doctor-ports.ts';
import { undoneApprovals } from './undone-approvals.ts';
import { shellWord } from '../shell-word.ts';

/** What the log of a mission looks like; without a state nothing else can be judged by it. */
export interface LogDiagnosis {
  readonly findings: readonly DoctorFinding[];
  readonly state: LogState | undefined;
}

/** Checks both copies of a log, each line by itself, and `status.json` against them. */
export function diagnoseLog(mission: Mission, stored: StoredLog): LogDiagnosis {
  const copies = [stored.checkout, stored.journal].filter((copy) => copy !== undefined);
  const broken = corruptLines(copies);
  if (broken.length > 0) return { findings: broken.map(corruptLog), state: undefined };
  const log = decodeLog(copies);
  const state = reduce(log);
  const findings = [
    ...newerRows(log),
    ...undoneApprovals(mission, log),
    ...journalAhead(mission, stored),
    ...drift(mission, stored, state),
  ];
  return { findings, state };
}

/** Nothing is written to such a log here. */
function newerRows(log: LogRows): readonly DoctorFinding[] {
  const newest = newestSchema(log);
  if (newest <= ROW_SCHEMA) return [];
  const { message, hints } = schemaTooNew('the event log', newest);
  return [
    {
      severity: 'error',
      category: 'schema_too_new',
      wp_id: null,
      message,
      recommended_action: hints.join(' '),
    },
  ];
}

/** Turns the failure to read a log into a finding; anything else is thrown on. */
export function corruptLog(error: unknown): DoctorFinding {
  if (!(error instanceof Fault)) throw error;
  return {
    severity: 'error',
    category: 'corrupt_log',
    wp_id: null,
    message: error.message,
    recommended_action:
      'Correct or remove that line by hand, or restore the file from Git history; nothing was changed.',
  };
}

function journalAhead(mission: Mission, { journal, checkout }: StoredLog): readonly DoctorFinding[] {
  if (!journal || !mission.checkedOut) return [];
  const known = eventIds(checkout);
  const missing = [...eventIds(journal)].filter((id) => !known.has(id));
  if (missing.length === 0) return [];
  return [
    {
      severity: 'warning',
      category: 'journal_ahead',
      wp_id: null,
      message: `The checkout's event log lacks ${missing.length} of the recorded events; nothing is lost, the journal has them.`,
      recommended_action: `Run \`spec-kitty agent status materialize --mission ${shellWord(mission.directory)}\` to write them into the file again.`,
    },
  ];
}

function drift(mission: Mission, stored: StoredLog, state: LogState): readonly DoctorFinding[] {
  if (!mission.checkedOut || (!stored.checkout && !stored.journal)) return [];
  const text = mission.files.read('status.json');
  const rows = [stored.checkout, stored.journal].flatMap((copy) => (copy ? rawRows(copy) : []));
  const snapshot = toSnapshot(state, mission.meta);
  const conflict = text !== undefined && /^<{7} /m.test(text);
  const found =
    text === undefined
      ? ['status.json is missing']
      : conflict
        ? ['status.json has the marks of a conflict in it, as of two clones that went on']
        : validateLog({ rows, statusJson: parsed(text), snapshot }).drift;
  const file = `kitty-specs/${mission.directory}/status.json`;
  const then = conflict ? `, then \`git add ${shellWord(file)}\` and commit` : '';
  return found.map((message) => ({
    severity: 'warning',
    category: 'materialization_drift',
    wp_id: null,
    message: `${message}.`,
    recommended_action: `Run \`spec-kitty agent status materialize --mission ${shellWord(mission.directory)}\`${then}; spec-kitty itself never reads that file.`,
  }));
}

function eventIds(copy: LogText | undefined): ReadonlySet<unknown> {
  return new Set(copy ? rawRows(copy).map((row) => row['event_id']) : []);
}

/** Anything but an object counts as damaged, so a text that is not JSON may become `undefined`. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it cannot be parsed is the finding.
    return undefined;
  }
}
