import type { GraphSources } from './dependency-graph.ts';
import type { PlanningFinding } from './planning-finding.ts';

/**
 * Warns of dependencies in tasks.md that do not count because the package's frontmatter says `dependencies: []`.
 *
 * That is a statement as good as any (L§4.3), but as a rule `finalize-tasks` wrote it, at a time when tasks.md
 * named none: who adds one there later must not believe that it holds. The key is written all the same, because the
 * predecessor's `next` asks for it in every file (L§6.4).
 */
export function hiddenDependencies({ wps, files, tasks }: GraphSources): readonly PlanningFinding[] {
  if (wps) return [];
  return files.flatMap(({ id, fileName, frontmatter }) => {
    const { dependencies: ids = [], dependencyLine: line } = tasks?.sections.get(id) ?? {};
    if (frontmatter.dependencies?.length !== 0 || ids.length === 0) return [];
    const message = `${id} does not depend on ${ids.join(', ')}: tasks/${fileName} says "dependencies: []", which comes first; write them there or remove the key.`;
    return [{ file: 'tasks.md', line, rule: 'dependency-hidden', message }];
  });
}
