import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { formatInstant } from '../instant.ts';
import { missionNumber } from '../mission/mission-number.ts';
import { specRequirements } from '../planning/requirements.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import { shellWord } from '../shell-word.ts';
import type { JsonObject } from '../status/rows/json-value.ts';
import { type AcceptanceRow, readAcceptanceMatrix } from '../matrices/acceptance-matrix.ts';
import { CRITERION_RESULTS, INVARIANT_RESULTS } from '../matrices/acceptance-verdict.ts';
import {
  type AcceptanceJudgement,
  judgeAcceptance,
  scaffoldAcceptanceMatrix,
} from '../matrices/edit-acceptance-matrix.ts';
import { acceptanceFindings } from '../matrices/matrix-findings.ts';
import { damagedMatrix } from '../matrices/damaged-matrix.ts';
import { parseMatrixJson } from '../matrices/parse-matrix-json.ts';

/** What was recorded, and what the whole matrix comes to. */
export interface RecordedAcceptance {
  readonly directory: string;
  readonly file: string;
  readonly created: boolean;
  readonly verdict: string;
  /** Ids of rows that still stand in the way. */
  readonly open: readonly string[];
}

/**
 * Records what became of a criterion or an invariant in `acceptance-matrix.json`, which is made where there is none.
 *
 * The file is replaced as a whole, under the mission's lock; nothing is committed.
 *
 * @throws Fault `OPTION_INVALID`, `MATRIX_ROW_UNKNOWN`, `EVIDENCE_REQUIRED` or `MATRIX_INVALID`.
 */
export async function recordAcceptanceVerdict(
  ports: Pick<WorkPorts, 'view' | 'lock' | 'files' | 'branch' | 'clock'>,
  request: Omit<AcceptanceJudgement, 'at'> & { readonly mission: string | undefined },
): Promise<RecordedAcceptance> {
  requireResult(request);
  const { mission } = await ports.view(request.mission);
  requireCheckedOut(mission, await ports.branch());
  const file = `kitty-specs/${mission.directory}/acceptance-matrix.json`;
  return ports.lock.hold(`mission-${mission.missionId}`, 'acceptance-verdict', async () => {
    const text = mission.files.read('acceptance-matrix.json');
    const matrix = text === undefined ? scaffold(mission) : parsed(text, file);
    const judged = judgeAcceptance(matrix, { ...request, at: formatInstant(ports.clock.nowMicros()) });
    if (judged === undefined) throw unknownRow(mission, request, matrix);
    const row = rowsOf(judged).find(({ kind, id }) => kind === request.kind && id === request.id);
    if (row && row.lacks.length > 0) throw evidenceRequired(row);
    ports.files.write(file, `${JSON.stringify(judged, null, 2)}\n`);
    return {
      directory: mission.directory,
      file,
      created: text === undefined,
      verdict: String(judged['overall_verdict']),
      open: acceptanceFindings(mission).flatMap(({ rows }) => rows),
    };
  });
}

function scaffold({ directory, meta, files }: Mission): JsonObject {
  const mission = { slug: directory, number: missionNumber(meta), type: meta.mission_type ?? '' };
  return scaffoldAcceptanceMatrix(mission, specRequirements(files.read('spec.md') ?? '').functional);
}

function parsed(text: string, file: string): JsonObject {
  const document = parseMatrixJson(text);
  if (!document.ok) throw damagedMatrix(file, document);
  const matrix = readAcceptanceMatrix(text);
  if (!matrix.ok) throw damagedMatrix(file, matrix);
  return document.document;
}

function rowsOf(matrix: JsonObject): readonly AcceptanceRow[] {
  const read = readAcceptanceMatrix(JSON.stringify(matrix));
  return read.ok ? read.rows : [];
}

function requireResult({ kind, result }: Pick<AcceptanceJudgement, 'kind' | 'result'>): void {
  const known: readonly string[] = kind === 'criterion' ? CRITERION_RESULTS : INVARIANT_RESULTS;
  if (known.includes(result)) return;
  const subject = kind === 'criterion' ? 'A criterion' : 'An invariant';
  throw new Fault('usage', 'OPTION_INVALID', `${subject} does not come to "${result}".`, {
    hints: [`It can be: ${known.join(', ')}.`],
    details: { result },
  });
}

function unknownRow(
  { directory }: Mission,
  { kind, id }: Pick<AcceptanceJudgement, 'kind' | 'id'>,
  matrix: JsonObject,
): Fault {
  const known = rowsOf(matrix).filter((row) => row.kind === kind);
  const has = `It has: ${few(known.map((row) => row.id)) || 'none'}.`;
  return new Fault(
    'refused',
    'MATRIX_ROW_UNKNOWN',
    `The acceptance matrix of ${directory} has no ${kind} ${id}.`,
    {
      hints: [
        has,
        ...(kind === 'criterion'
          ? [
              `Add it with \`spec-kitty agent mission acceptance-verdict --criterion ${shellWord(id)} --description <text> --result pending --mission ${shellWord(directory)}\`.`,
            ]
          : []),
      ],
      details: { candidates: known.map((row) => row.id) },
    },
  );
}

function evidenceRequired({ id, lacks }: AcceptanceRow): Fault {
  return new Fault(
    'refused',
    'EVIDENCE_REQUIRED',
    `${id} is checked by hand (manual_qa) and has no ${lacks.join(', ')}.`,
    {
      hints: ['Say with --evidence what was looked at.'],
      details: { rows: [id] },
    },
  );
}
