import type { WorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import { lineOfKey } from '../planning/frontmatter/work-package-file.ts';
import type { ParsedTasks } from '../planning/tasks-md/parse-tasks-md.ts';
import type { Planning } from '../finalize/read-planning.ts';
import type { CheckFinding } from './check-finding.ts';

/** Rules about the size of work packages, and about who has which subtask. */
export function packageFindings(
  planning: Pick<Planning, 'files' | 'tasks' | 'wps'>,
): readonly CheckFinding[] {
  const { files, tasks } = planning;
  const subtasks = subtasksOf(planning);
  return [
    ...files.flatMap(tooLarge),
    ...files.flatMap((file) => repeatedSubtasks(file, subtasks)),
    ...(tasks ? misplacedSubtasks(files, tasks.sections, subtasks) : []),
  ];
}

/** Of 1,336 packages that were delivered in the corpus, one in twenty-six is larger. */
const MOST = { subtasks: 12, requirements: 15, lines: 800 };

function tooLarge({ fileName, frontmatter, text }: WorkPackageFile): CheckFinding[] {
  const lines = text.split('\n').length;
  const over = [
    ...(frontmatter.subtasks.length > MOST.subtasks
      ? [`${frontmatter.subtasks.length} subtasks (at most ${MOST.subtasks})`]
      : []),
    ...(frontmatter.requirementRefs.length > MOST.requirements
      ? [`${frontmatter.requirementRefs.length} requirements (at most ${MOST.requirements})`]
      : []),
    ...(lines > MOST.lines ? [`${lines} lines of instructions (at most ${MOST.lines})`] : []),
  ];
  if (over.length === 0) return [];
  const message = `The package is large: ${over.join(', ')}.`;
  return [{ rule: 'package-too-large', file: `tasks/${fileName}`, line: undefined, message }];
}

interface Subtasks {
  /** Those of each package, as finalizing takes them: from its frontmatter, else from wps.yaml. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

function subtasksOf({ files, wps }: Pick<Planning, 'files' | 'wps'>): Subtasks {
  const owners = new Map<string, string[]>();
  const lists = files.map(({ id, frontmatter: { subtasks } }) => {
    const entry = wps?.packages.find((other) => other.id === id);
    const own = subtasks.length > 0 ? subtasks : (entry?.subtasks ?? []);
    for (const subtask of own) owners.set(subtask, [...(owners.get(subtask) ?? []), id]);
    return [id, own] as const;
  });
  return { lists: new Map(lists), owners };
}

/** Told at the later one. */
function repeatedSubtasks(
  { id, fileName, text }: WorkPackageFile,
  { lists, owners }: Subtasks,
): CheckFinding[] {
  const shared = [...new Set(lists.get(id))].filter((subtask) => {
    const having = owners.get(subtask) ?? [];
    return having.length > 1 && having.at(-1) === id;
  });
  if (shared.length === 0) return [];
  const others = [...new Set(shared.flatMap((subtask) => owners.get(subtask) ?? []))].filter(
    (other) => other !== id,
  );
  const where =
    others.length === 0 ? 'twice' : `as ${others.join(', ')} ${others.length === 1 ? 'does' : 'do'}`;
  const message = `${id} lists ${shared.join(', ')} ${where}.`;
  return [
    { rule: 'subtask-repeated', file: `tasks/${fileName}`, line: lineOfKey(text, 'subtasks'), message },
  ];
}

/** What tasks.md and the lists of the packages say of each other. */
function misplacedSubtasks(
  files: readonly WorkPackageFile[],
  sections: ParsedTasks['sections'],
  { lists, owners }: Subtasks,
): CheckFinding[] {
  const headed = files.flatMap(({ id }) => sections.get(id) ?? []);
  return headed.flatMap(({ id, line, subtasks }) => {
    const own = lists.get(id) ?? [];
    const unlisted = subtasks.filter((subtask) => !owners.has(subtask));
    const elsewhere = subtasks.filter((subtask) => owners.has(subtask) && !own.includes(subtask));
    // A section that lists none leaves them to the package's file.
    const untold = subtasks.length === 0 ? [] : own.filter((subtask) => !subtasks.includes(subtask));
    const whose = [...new Set(elsewhere.flatMap((subtask) => owners.get(subtask) ?? []))].join(', ');
    const told = [
      [
        'subtask-unlisted',
        unlisted,
        `${id} has ${unlisted.join(', ')} here, listed by no package's frontmatter.`,
      ],
      ['subtask-elsewhere', elsewhere, `${id} has ${elsewhere.join(', ')} here, listed by ${whose}.`],
      ['subtask-untold', untold, `${id} lists ${untold.join(', ')}, but not in its section here.`],
    ] as const;
    return told
      .filter(([, found]) => found.length > 0)
      .map(([rule, , message]) => ({ rule, file: 'tasks.md', line, message }));
  });
}
