import { type SarifFacts, type SarifRule, sarifOf } from '../check/sarif-log.ts';
import { type FoundGap, type Gap, GAPS } from './trace-gaps.ts';

const RULES: Readonly<Record<Gap, SarifRule>> = {
  uncovered: {
    id: 'SK701',
    name: 'requirement-uncovered',
    severity: 'warning',
    help: 'A requirement is delivered by no work package.',
    mend: 'Name it under requirement_refs of the package that delivers it, and have that package deliver it.',
  },
  untested: {
    id: 'SK702',
    name: 'requirement-untested',
    severity: 'warning',
    help: 'No test counts for a requirement.',
    mend: 'Write one in the package that delivers it, or name the requirement in the test that is there.',
  },
};

/** Words gaps as a SARIF 2.1.0 log, each where spec.md declares its requirement. */
export function traceSarif(gaps: readonly FoundGap[], facts: SarifFacts) {
  const findings = gaps.map(({ gap, requirement, message, severity }) => ({
    ruleId: RULES[gap].id,
    severity,
    file: 'spec.md',
    line: requirement.line,
    message,
  }));
  return sarifOf(
    GAPS.map((gap) => RULES[gap]),
    findings,
    facts,
  );
}
