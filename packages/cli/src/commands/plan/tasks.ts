import { Fault } from '@spec-kitty/core/fault';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import { scaffoldFacts, tasksScaffold } from '@spec-kitty/core/mission/scaffolds';
import { lackOf, planState, specState } from '@spec-kitty/core/mission/substance';
import { specRequirements } from '@spec-kitty/core/planning/requirements';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';

/** Creates the scaffold of tasks.md; an existing one is left as it is. */
export async function tasks(
  this: AppContext,
  { mission: handle, json }: { mission?: string; json: boolean },
): Promise<void> {
  const workspace = await this.workspace();
  const { mission, packages } = await workspace.view(handle);
  requireCheckedOut(mission, await workspace.branch());
  const { files, directory } = mission;
  const root = `kitty-specs/${directory}`;
  const spec = files.read('spec.md');
  const lacks = [
    lackOf('spec.md', specState(spec)),
    lackOf('plan.md', planState(files.read('plan.md'))),
  ].filter((lack) => lack !== undefined);
  if (lacks.length > 0)
    throw new Fault('refused', 'PLANNING_UNFINISHED', lacks.join(' '), {
      hints: [`Run \`spec-kitty next --mission ${shellWord(directory)}\` to see what is to be written.`],
    });
  const { functional } = specRequirements(spec ?? '');
  const present = ['tasks.md', 'wps.yaml'].find((name) => files.read(name) !== undefined);
  const created = present === undefined;
  if (created) workspace.files.write(`${root}/tasks.md`, tasksScaffold(scaffoldFacts(mission), functional));
  const finalize = `spec-kitty agent mission finalize-tasks --mission ${shellWord(directory)}`;
  const document = {
    result: 'success',
    mission_slug: directory,
    tasks_file: `${root}/tasks.md`,
    tasks_dir: `${root}/tasks`,
    created,
    functional_requirements: functional,
    work_packages: packages.map(({ id }) => id),
    next_step: `Write ${root}/tasks.md and the packages in ${root}/tasks, then run ${finalize}`,
  };
  this.show(json, document, () =>
    created
      ? `Created ${root}/tasks.md. Fill it in and write each package into ${root}/tasks/, then run \`${finalize}\`.`
      : `${root}/${present} is there already; nothing was changed. Once it lists the packages, run \`${finalize}\`.`,
  );
}
