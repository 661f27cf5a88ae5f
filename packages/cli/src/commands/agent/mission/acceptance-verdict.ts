import {
  recordAcceptanceVerdict,
  type RecordedAcceptance,
} from '@spec-kitty/core/accept/record-acceptance-verdict';
import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly criterion?: string;
  readonly invariant?: string;
  readonly result: string;
  readonly actor?: string;
  readonly evidence?: string;
  readonly proofType?: string;
  readonly note?: string;
  readonly description?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Records a verdict and prints what the matrix comes to. */
export async function acceptanceVerdict(this: AppContext, flags: Flags): Promise<void> {
  const { result, actor, evidence, proofType, note, description, mission, json } = flags;
  const row = rowOf(flags);
  const workspace = await this.workspace();
  const by = await workspace.actor(actor);
  const judgement = { ...row, result, by, evidence, proofType, note, description };
  const recorded = await recordAcceptanceVerdict(workspace, { ...judgement, mission });
  const document = {
    result: 'success',
    mission_slug: recorded.directory,
    ...(row.kind === 'criterion' ? { criterion_id: row.id } : { invariant_id: row.id }),
    row_result: result,
    overall_verdict: recorded.verdict,
    open: recorded.open,
    file: recorded.file,
    created: recorded.created,
    committed: false,
  };
  this.show(json, document, () => sentences(row.id, result, recorded).join('\n'));
}

function rowOf({ criterion, invariant }: Flags) {
  if (criterion !== undefined && invariant === undefined)
    return { kind: 'criterion', id: criterion } as const;
  if (invariant !== undefined && criterion === undefined)
    return { kind: 'invariant', id: invariant } as const;
  throw new Fault('usage', 'VERDICT_SUBJECT_REQUIRED', 'Say what is judged: --criterion or --invariant.', {
    hints: ['For example --criterion FR-001.'],
  });
}

function sentences(
  id: string,
  result: string,
  { verdict, open, file, created }: RecordedAcceptance,
): readonly string[] {
  return [
    `${id} is ${result}; the matrix comes to ${verdict}.`,
    ...(open.length > 0 ? [`Open: ${few(open)}.`] : []),
    `${created ? 'Made' : 'Changed'}, not committed: ${file}`,
  ];
}
