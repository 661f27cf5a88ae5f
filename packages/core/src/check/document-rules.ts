import { openClarifications } from '../mission/clarifications.ts';
import { type Decision, DECISIONS } from '../mission/decisions.ts';
import { documentSteps, MISSION_TYPES, missionType } from '../mission/mission-types.ts';
import { QUESTIONED } from '../mission/readiness.ts';
import { leftPlaceholders } from '../mission/substance.ts';
import type { MissionFiles } from '../ports/mission-store.ts';
import type { CheckFinding, PlanningDocument } from './check-finding.ts';

/** Rules about the type of a mission, and about the first document that its table still waits for. */
export function typeFindings(
  name: string | undefined,
  files: MissionFiles,
  packages: readonly string[],
): readonly CheckFinding[] {
  const at = { file: 'meta.json', line: undefined };
  const type = missionType(name);
  if (type === undefined) {
    const known = MISSION_TYPES.map(({ id }) => id).join(', ');
    const message = `There is no mission type ${JSON.stringify(name)}; there are ${known}.`;
    return [{ ...at, rule: 'mission-type-unknown', message }];
  }
  const open =
    packages.length > 0 ? undefined : documentSteps(type, files).find(({ lack }) => lack !== undefined);
  return [
    ...(name === undefined
      ? [{ ...at, rule: 'mission-type-missing' as const, message: `It is taken for ${type.id}.` }]
      : []),
    ...(open === undefined
      ? []
      : [{ rule: 'planning-open' as const, file: open.artifact, line: undefined, message: open.lack ?? '' }]),
  ];
}

/** Questions that nobody has answered: markers in the documents, and decisions on record. */
export function questionFindings(
  documents: readonly PlanningDocument[],
  decisions: readonly Decision[],
  index: string | undefined,
): readonly CheckFinding[] {
  const asking = documents.filter(({ file }) => QUESTIONED.includes(file));
  return [
    ...asking
      .flatMap(({ file, text }) => openClarifications(file, text, decisions))
      .map(({ file, line, column, question, decisionId }): CheckFinding => {
        const what = question === '' ? 'This is not clarified.' : `This is not clarified: ${question}`;
        const message = decisionId === null ? what : `${what} (decision ${decisionId})`;
        return { rule: 'clarification-open', file, line, column, message };
      }),
    ...decisions
      .filter(({ status }) => status === 'open')
      .map(({ decisionId, question }): CheckFinding => ({
        rule: 'decision-open',
        file: DECISIONS,
        line: lineOf(index ?? '', decisionId),
        message: `Decision ${decisionId} is open: ${question}`,
      })),
  ];
}

/** The first line with a text, counted from 1. */
export function lineOf(text: string, wanted: string): number | undefined {
  const before = text.indexOf(wanted);
  return before < 0 ? undefined : text.slice(0, before).split('\n').length;
}

/** Placeholders that were left beside text; of a document that is nothing but a scaffold another rule speaks. */
export function scaffoldFindings({ file, lines }: PlanningDocument): readonly CheckFinding[] {
  return lines.flatMap(({ text, number }) =>
    leftPlaceholders(text).map(({ column, placeholder }): CheckFinding => {
      const message = `This was left from a scaffold: ${placeholder}`;
      return { rule: 'scaffold-left', file, line: number, column, message };
    }),
  );
}

const LINK = /(?<!\\)\[[^\][]*\]\((?<target>[^()\s]+)(?:\s+"[^"]*")?\)/g;

/**
 * Links between a mission's documents and into the repository that lead nowhere.
 *
 * `exists` is asked for paths relative to the repository.
 */
export function linkFindings(
  { file, lines }: PlanningDocument,
  root: string,
  exists: (path: string) => boolean,
): readonly CheckFinding[] {
  return lines.flatMap(({ text, number }) =>
    // Hardly a line has one, and looking with the expression takes ten times as long.
    (text.includes('](') ? [...text.matchAll(LINK)] : []).flatMap(({ index, groups }): CheckFinding[] => {
      const target = groups?.['target'] ?? '';
      const path = relativeTarget(target) && resolved(`${root}/${file}`, relativeTarget(target) ?? '');
      if (path === undefined || exists(path)) return [];
      const message = `There is no ${path}.`;
      return [{ rule: 'link-dead', file, line: number, column: index + 1, message }];
    }),
  );
}

/** The path of a link without its anchor; `undefined` for an address, an anchor alone, and a placeholder. */
function relativeTarget(target: string): string | undefined {
  if (/^(?:[a-z][a-z\d+.-]*:|\/|#|<|\$|\{)/i.test(target) || /[*{}<>]/.test(target)) return undefined;
  const path = target.replace(/[#?].*$/, '');
  try {
    const decoded = decodeURIComponent(path);
    return path === '' || /\p{Cc}/u.test(decoded) ? undefined : decoded;
  } catch {
    // What is not an encoded path is taken as it stands.
    return path;
  }
}

/** Joins as a reader would; `undefined` for what leaves the repository, which nobody can look up. */
function resolved(from: string, target: string): string | undefined {
  const parts = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
