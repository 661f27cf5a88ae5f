import { counted } from '../counted.ts';
import type { CheckFinding, PlanningDocument } from './check-finding.ts';

/** Rules about what plan.md and tasks.md say of work packages: which there are, and how many. */
export function referenceFindings(
  documents: readonly PlanningDocument[],
  packages: readonly string[],
): readonly CheckFinding[] {
  // Before packages are cut, a plan may speak of them freely.
  if (packages.length === 0) return [];
  return documents.flatMap((document) => [
    ...unknownPackages(document, packages),
    ...counts(document, packages.length),
  ]);
}

function unknownPackages({ file, lines }: PlanningDocument, packages: readonly string[]): CheckFinding[] {
  const seen = new Set(packages);
  return lines.flatMap(({ text: line, number }) =>
    // A heading is judged by the rules for sections.
    (line.startsWith('#') ? [] : [...line.matchAll(/(?<![\w/-])WP\d{2}(?![\w/-])/g)]).flatMap(
      ({ 0: id, index }): CheckFinding[] => {
        if (seen.has(id)) return [];
        seen.add(id);
        const message = `There is no ${id}.`;
        return [{ rule: 'package-unknown', file, line: number, column: index + 1, message }];
      },
    ),
  );
}

const WORDS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBER = String.raw`(\d{1,3}|${WORDS.join('|')})`;
/** Wordings that give the number of all packages; "two WPs" alone may be any two. */
const TOTALS = [
  String.raw`^\W*Total\W+(?:subtasks\W+)?(?:\d+ (?:[\w-]+ )?subtasks (?:across|in|over) )?${NUMBER} (?:work packages|WPs)\b`,
  String.raw`\broll(?:s|ed)? up into ${NUMBER} (?:work packages|WPs)\b`,
  String.raw`^\W*(?:work packages|WPs|total (?:work packages|WPs))\W*:\W*${NUMBER}\W*$`,
].map((shape) => new RegExp(shape, 'i'));

function counts({ file, lines }: PlanningDocument, actual: number): CheckFinding[] {
  return lines.flatMap(({ text: line, number }): CheckFinding[] => {
    const said = TOTALS.map((shape) => shape.exec(line)?.[1]).find((match) => match !== undefined);
    if (said === undefined) return [];
    const count = WORDS.indexOf(said.toLowerCase()) + 1 || Number(said);
    const message = `This says ${counted(count, 'work package')}; there ${actual === 1 ? 'is' : 'are'} ${actual}.`;
    return count === actual ? [] : [{ rule: 'package-count', file, line: number, message }];
  });
}
