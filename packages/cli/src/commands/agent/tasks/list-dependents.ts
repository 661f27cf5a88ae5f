import { findPackage } from '@spec-kitty/core/mission/find-package';
import { requireFiles } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Prints the direct neighbours of a package in the dependency graph. */
export async function listDependents(
  this: AppContext,
  { mission, json }: Flags,
  named: string,
): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  requireFiles(view.mission);
  const wp = findPackage(view, named);
  const dependents = view.packages
    .filter(({ dependencies }) => dependencies.includes(wp.id))
    .map(({ id }) => id);
  const document = { wp_id: wp.id, depends_on: wp.dependencies, dependents };
  this.show(json, document, () =>
    [
      `${wp.id} depends on ${wp.dependencies.join(', ') || 'nothing'}.`,
      `What depends on it: ${dependents.join(', ') || 'nothing'}.`,
    ].join('\n'),
  );
}
