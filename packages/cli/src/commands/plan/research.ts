import { missionType } from '@spec-kitty/core/mission/mission-types';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import { researchScaffold, scaffoldFacts, SOURCE_REGISTER } from '@spec-kitty/core/mission/scaffolds';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';

/** Creates what is not there; existing files are left as they are. */
export async function research(
  this: AppContext,
  { mission: handle, json }: { mission?: string; json: boolean },
): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  requireCheckedOut(mission, await workspace.branch());
  const root = `kitty-specs/${mission.directory}`;
  const registers = missionType(mission.meta.mission_type)?.steps.some(
    ({ artifact }) => artifact === 'source-register.csv',
  );
  const wanted = {
    'research.md': researchScaffold(scaffoldFacts(mission)),
    ...(registers ? { 'source-register.csv': SOURCE_REGISTER } : {}),
  };
  const missing = Object.entries(wanted).filter(([file]) => mission.files.read(file) === undefined);
  for (const [file, text] of missing) workspace.files.write(`${root}/${file}`, text);
  const created = missing.map(([file]) => `${root}/${file}`);
  const document = { result: 'success', mission_slug: mission.directory, created_files: created };
  this.show(json, document, () =>
    created.length === 0
      ? `${root}/research.md exists already; nothing was changed.`
      : `Created ${created.join(' and ')}. Then run \`spec-kitty next --mission ${shellWord(mission.directory)}\`.`,
  );
}
