import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, requiredText } from '../../../command/flags.ts';
import type { acceptanceVerdict } from './acceptance-verdict.ts';

export const acceptanceVerdictCommand = command<Parameters<typeof acceptanceVerdict>[0], []>({
  brief: 'Record what became of an acceptance criterion or a negative invariant',
  details:
    'Edits acceptance-matrix.json, which is made from the functional requirements of spec.md where there is none, and ' +
    'computes its verdict anew. A mission that has the file is accepted only when it comes to pass. Runs nothing and ' +
    'commits nothing: accept does.',
  examples: [
    'spec-kitty agent mission acceptance-verdict --criterion FR-001 --result pass --evidence tests/export.test.js',
    'spec-kitty agent mission acceptance-verdict --invariant NI-01 --result confirmed_absent --actor codex --json',
  ],
  parameters: {
    flags: {
      criterion: optionalText('Criterion, such as FR-001', 'ID'),
      invariant: optionalText('Negative invariant, such as NI-01', 'ID'),
      result: requiredText(
        'pass, fail or pending; of an invariant confirmed_absent, still_present, verification_error, ' +
          'deferred_to_consolidation or pending',
        'RESULT',
      ),
      actor: optionalText('Who judges; the name that Git has for you unless given', 'NAME'),
      evidence: optionalText('What the result rests on', 'TEXT'),
      proofType: optionalText('Kind of proof; manual_qa needs evidence', 'KIND'),
      note: optionalText('A remark', 'TEXT'),
      description: optionalText('What is demanded; adds a criterion that is not there', 'TEXT'),
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./acceptance-verdict.ts')).acceptanceVerdict,
});
