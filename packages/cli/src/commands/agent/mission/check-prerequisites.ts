import path from 'node:path';
import { planState, specState } from '@spec-kitty/core/mission/substance';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly pathsOnly: boolean;
  readonly includeTasks: boolean;
  readonly json: boolean;
}

const OPTIONAL = ['research.md', 'data-model.md', 'quickstart.md'];

/** Lists a mission's documents; exits 1 when one that is needed is missing or empty of substance. */
export async function checkPrerequisites(
  this: AppContext,
  { mission: handle, pathsOnly, includeTasks, json }: Flags,
): Promise<void> {
  const workspace = await this.workspace();
  const { mission, packages } = await workspace.view(handle);
  // Its answer is paths, which lead nowhere from another branch.
  requireCheckedOut(mission, await workspace.branch());
  const root = `kitty-specs/${mission.directory}`;
  const paths = {
    feature_dir: path.join(workspace.repository.primary, root),
    spec_file: `${root}/spec.md`,
    plan_file: `${root}/plan.md`,
    tasks_file: `${root}/tasks.md`,
    tasks_dir: `${root}/tasks`,
    target_branch: targetBranch(mission.meta),
  };
  const has = (file: string) => mission.files.read(file) !== undefined;
  const unfilled = [
    ...(specState(mission.files.read('spec.md')) === 'scaffold' ? ['spec.md'] : []),
    ...(planState(mission.files.read('plan.md')) === 'scaffold' ? ['plan.md'] : []),
  ];
  const needed = ['spec.md', 'plan.md', ...(includeTasks ? ['tasks.md'] : [])];
  const missing = [
    ...needed.filter((file) => !has(file)),
    ...(includeTasks && packages.length === 0 ? ['tasks/WP*.md'] : []),
  ];
  const ok = unfilled.length === 0 && missing.length === 0;
  const known = ['spec.md', 'plan.md', 'tasks.md', ...OPTIONAL];
  const available = known.filter((file) => has(file) && !unfilled.includes(file));
  const document = {
    mission_slug: mission.directory,
    ...paths,
    ...(pathsOnly ? {} : { available_docs: available, unfilled, missing, ok }),
  };
  this.show(json, document, () =>
    [
      ...Object.entries(paths).map(([key, value]) => `${key}: ${value}`),
      ...(pathsOnly
        ? []
        : [
            `available: ${available.join(', ') || 'none'}`,
            `not filled in: ${unfilled.join(', ') || 'none'}`,
            `missing: ${missing.join(', ') || 'none'}`,
          ]),
    ].join('\n'),
  );
  if (!pathsOnly && !ok) this.exit.code = 1;
}
