import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GIT_SETTINGS } from './git-settings.ts';
import { GIT_STORAGE } from './git-storage.ts';
import { MISSION_FILES } from './mission-files.ts';
import { MISSION_TEXTS } from './mission-texts.ts';
import { type HostileRepository, type LineName, LINES } from './hostile-repository.ts';
import { type HostileRun, HostileWorld } from './hostile-world.ts';

type Stage = 'open' | 'approved';

const REPOSITORIES = { ...GIT_SETTINGS, ...GIT_STORAGE, ...MISSION_FILES, ...MISSION_TEXTS };

const worlds = {} as Record<Stage, HostileWorld>;
beforeAll(async () => {
  worlds.open = await HostileWorld.at('open');
  worlds.approved = await HostileWorld.at('approved');
});
afterAll(() => {
  for (const { mission } of Object.values(worlds)) mission.dispose();
});

/** What the commands of one stage came to, and what they left behind. */
async function drive(
  stage: Stage,
  hostile: HostileRepository,
): Promise<readonly (readonly [LineName, HostileRun])[]> {
  const names = (Object.keys(hostile.lines) as LineName[]).filter((name) => LINES[name][0] === stage);
  if (names.length === 0) return [];
  const world = worlds[stage];
  world.prepare(hostile.put);
  const place = {
    env: hostile.env?.(world) ?? {},
    apart: hostile.env !== undefined || hostile.hangs === true,
  };
  const runs: (readonly [LineName, HostileRun])[] = [];
  for (const name of names) {
    const handle = hostile.handle ?? world.mission.directory;
    const argv = [...LINES[name][1].split(' '), ...(name === 'all' ? [] : ['--mission', handle])];
    runs.push([name, await world.run(argv, place)]);
  }
  expect(world.marks(), 'nothing was executed').toEqual([]);
  expect(world.trespasses(), 'nothing was written beside the repository').toEqual([]);
  hostile.after?.(world);
  return runs;
}

function outcomeOf({ exitCode, stderr }: HostileRun): string {
  const code = /^Error: .* \[([A-Z\d_]+)\]$/m.exec(stderr)?.[1];
  if (exitCode === 0 && code === undefined) return 'ok';
  return code === undefined ? String(exitCode) : code;
}

function judge(name: LineName, run: HostileRun): void {
  const said = run.stdout + run.stderr;
  expect([name, run.exitCode], said).toEqual([name, expect.toBeOneOf([0, 1, 2])]);
  expect(said, name).not.toMatch(/^\s+at .*:\d+|This is a bug/m);
  expect(said, name).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u);
}

describe.skipIf(process.platform === 'win32')('a hostile repository [needs POSIX scripts]', () => {
  test.for(Object.entries(REPOSITORIES))('%s', async ([, hostile]) => {
    const runs = [...(await drive('open', hostile)), ...(await drive('approved', hostile))];
    for (const [name, run] of runs) judge(name, run);
    const said = runs.map(([, { stdout, stderr }]) => stdout + stderr).join('\n');
    expect(Object.fromEntries(runs.map(([name, run]) => [name, outcomeOf(run)])), said).toEqual(
      hostile.lines,
    );
    for (const word of hostile.says ?? []) expect(said).toContain(word);
    for (const word of hostile.keeps ?? []) expect(said).not.toContain(word);

    if (!hostile.bait) return;
    const world = worlds.open;
    world.prepare(hostile.put);
    hostile.bait(world);
    expect([...world.marks(), ...world.trespasses()], 'the bait is live').not.toEqual([]);
  });
});
