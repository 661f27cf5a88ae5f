import { checkPackage } from '@spec-kitty/core/finalize/check-package';
import { findPackage } from '@spec-kitty/core/mission/find-package';
import { requireFiles } from '@spec-kitty/core/mission/require-branch';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Checks one package; a package with errors is an answer, and exits 1. */
export async function validateWorkflow(
  this: AppContext,
  { mission, json }: Flags,
  named: string,
): Promise<void> {
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  requireFiles(view.mission);
  const wp = findPackage(view, named);
  const { lane, errors, warnings } = checkPackage(view, wp);
  const valid = errors.length === 0;
  this.show(json, { valid, errors, warnings, task_id: wp.id, lane }, () =>
    [
      `${wp.id} is ${lane} and ${valid ? 'valid' : 'not valid'}.`,
      ...errors.map((message) => `  error    ${message}`),
      ...warnings.map((message) => `  warning  ${message}`),
    ].join('\n'),
  );
  if (!valid) this.exit.code = 1;
}
