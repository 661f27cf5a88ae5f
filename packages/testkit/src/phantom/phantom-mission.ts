import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissionWorld } from '../mission-world.ts';
import type { PhantomCase } from './phantom-case.ts';

/** The program that works on the packages of a {@link phantomMission}. */
export const PHANTOM_AGENT = fileURLToPath(new URL('phantom-agent.cjs', import.meta.url));

const APPROVAL = JSON.stringify({ verdict: 'approved', summary: 'It is what was asked for.', findings: [] });

/** A mission with a package for each case, in a folder of its own. */
export interface PhantomMission {
  readonly made: MissionWorld;
  /** Case of each package. */
  readonly cases: ReadonlyMap<string, PhantomCase>;
  dispose(): void;
}

/** Path in the repository of one that is relative to the folder of its case. */
function within(folder: string, name: string): string {
  return name.startsWith('/') ? name.slice(1) : `${folder}/${name}`;
}

function isNew({ before = {} }: PhantomCase, glob: string): boolean {
  return !glob.includes('*') && !(glob in before);
}

/** Plans a mission of cases; the environment says where their agent finds them. */
export async function phantomMission(cases: readonly PhantomCase[]): Promise<PhantomMission> {
  const made = new MissionWorld();
  const scripts = mkdtempSync(path.join(tmpdir(), 'phantom-'));
  const numbered = cases.map((one, at) => {
    const [number, before] = [at + 1, at].map((of) => String(of).padStart(2, '0'));
    const follows = one.follows === true;
    return {
      one,
      id: `WP${number}`,
      folder: `c${follows ? before : number}`,
      dependencies: follows ? [`WP${before}`] : [],
    };
  });
  const files = numbered.flatMap(({ one, folder }) =>
    Object.entries(one.before ?? {}).map(([name, text]) => [within(folder, name), text] as const),
  );
  await made.plan(
    numbered.map(({ one, id, folder, dependencies }) => ({
      id,
      dependencies,
      owns: one.owns.map((glob) => within(folder, glob)),
      makes: one.owns.filter((glob) => isNew(one, glob)).map((name) => within(folder, name)),
      ...(one.words !== undefined && { words: one.words }),
      // Ids of subtasks are the mission's.
      subtasks: (one.subtasks ?? []).map((task) => task.replace('@', id.slice(2))),
    })),
    Object.fromEntries(files),
  );
  const base = made.repository.git('rev-parse', 'main');
  for (const { one, id, folder } of numbered) {
    const { work, review = [], verdict = APPROVAL, report = '{"subtasks_done": []}' } = one;
    const claim = report.replaceAll('@', id.slice(2));
    writeFileSync(
      path.join(scripts, `${id}.json`),
      JSON.stringify({ folder, base, work, claim, review, verdict }),
    );
  }
  Object.assign(made.repository.env, { SPEC_KITTY_SCRIPT: scripts });
  return {
    made,
    cases: new Map(numbered.map(({ one, id }) => [id, one])),
    dispose() {
      made.dispose();
      rmSync(scripts, { recursive: true, force: true });
    },
  };
}
