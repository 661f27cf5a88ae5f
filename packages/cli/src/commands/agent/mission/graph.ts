import { packageTexts } from '@spec-kitty/core/mission/package-texts';
import { missionGraph } from '@spec-kitty/core/planning/mission-graph';
import { requireFiles } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';
import { renderTable } from '../../../render/table.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Prints the dependency graph as the planning files state it; a broken graph is an answer, not a failure. */
export async function graph(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  requireFiles(mission);
  const { nodes, warnings } = missionGraph(packageTexts(mission.files));
  const root = `kitty-specs/${mission.directory}`;
  const located = warnings.map((warning) => ({ ...warning, file: `${root}/${warning.file}` }));
  const document = {
    work_packages: Object.fromEntries(
      [...nodes].map(([id, { dependencies, source, tasksMd }]) => [
        id,
        { dependencies, source, tasks_md: tasksMd },
      ]),
    ),
    warnings: located.map((warning) => ({ ...warning, line: warning.line ?? null })),
  };
  this.show(json, document, () =>
    [
      nodes.size === 0
        ? `${mission.directory} has no work packages.`
        : renderTable(
            ['WP', 'DEPENDS ON', 'ACCORDING TO'],
            [...nodes].map(([id, { dependencies, source }]) => [id, dependencies.join(', ') || '-', source]),
          ),
      ...located.map(
        ({ file, line, message }) => `Warning: ${file}${line === undefined ? '' : `:${line}`}: ${message}`,
      ),
    ].join('\n'),
  );
}
