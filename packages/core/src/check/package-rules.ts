import type { WorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import { lineOfKey } from '../planning/frontmatter/work-package-file.ts';
import type { ParsedTasks } from '../planning/tasks-md/parse-tasks-md.ts';
import type { CheckFinding } from './check-finding.ts';

/** Rules about the size of work packages, and about who has which subtask. */
export function packageFindings(
  files: readonly WorkPackageFile[],
  tasks: ParsedTasks | undefined,
): readonly CheckFinding[] {
  const owners = ownersOf(files);
  return [
    ...files.flatMap(tooLarge),
    ...files.flatMap((file) => repeatedSubtasks(file, owners)),
    ...misplacedSubtasks(files, tasks, owners),
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

function ownersOf(files: readonly WorkPackageFile[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const { id, frontmatter } of files)
    for (const subtask of frontmatter.subtasks) owners.set(subtask, [...(owners.get(subtask) ?? []), id]);
  return owners;
}

/** Told at the later one. */
function repeatedSubtasks(
  { id, fileName, frontmatter, text }: WorkPackageFile,
  owners: ReadonlyMap<string, readonly string[]>,
): CheckFinding[] {
  const shared = [...new Set(frontmatter.subtasks)].filter((subtask) => {
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

/** A section may speak of what others did; only what nobody lists, or somebody else alone, is a contradiction. */
function misplacedSubtasks(
  files: readonly WorkPackageFile[],
  tasks: ParsedTasks | undefined,
  owners: ReadonlyMap<string, readonly string[]>,
): CheckFinding[] {
  const listing = new Set(
    files.filter(({ frontmatter }) => frontmatter.subtasks.length > 0).map(({ id }) => id),
  );
  return [...(tasks?.sections.values() ?? [])].flatMap(({ id, line, subtasks }): CheckFinding[] => {
    if (!listing.has(id)) return [];
    const unlisted = subtasks.filter((subtask) => !owners.has(subtask));
    const elsewhere = subtasks.filter((subtask) => owners.has(subtask) && !owners.get(subtask)?.includes(id));
    const whose = [...new Set(elsewhere.flatMap((subtask) => owners.get(subtask) ?? []))].join(', ');
    return [
      ...(unlisted.length > 0
        ? [
            {
              rule: 'subtask-unlisted' as const,
              file: 'tasks.md',
              line,
              message: `${id} has ${unlisted.join(', ')} here, which no package's frontmatter lists.`,
            },
          ]
        : []),
      ...(elsewhere.length > 0
        ? [
            {
              rule: 'subtask-elsewhere' as const,
              file: 'tasks.md',
              line,
              message: `${id} has ${elsewhere.join(', ')} here, which the frontmatter of ${whose} lists.`,
            },
          ]
        : []),
    ];
  });
}
