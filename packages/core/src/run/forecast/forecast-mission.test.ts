import { expect, test } from 'vitest';
import { Fault } from '../../fault.ts';
import { forecastMission } from './forecast-mission.ts';
import type { ForecastSource, LineEdit } from './forecast-source.ts';

/** A repository as a forecast sees it. */
interface Past {
  readonly files: Readonly<Record<string, string>>;
  readonly commits?: readonly (readonly string[])[];
  readonly edits?: Readonly<Record<string, readonly (readonly LineEdit[])[]>>;
}

function source({ files, commits = [], edits = {} }: Past): ForecastSource {
  const only = <T>(of: Readonly<Record<string, T>>, paths: readonly string[]) =>
    new Map(Object.entries(of).filter(([path]) => paths.includes(path)));
  return {
    files: async () => Object.keys(files),
    commits: async () => commits,
    texts: async (paths) => only(files, paths),
    edits: async (paths) => only(edits, paths),
  };
}

const wp = (id: string, ...ownedFiles: readonly string[]) => ({ id, ownedFiles });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

async function likelihood(past: Past, a: readonly string[], b: readonly string[]): Promise<number> {
  const [pair] = await forecastMission(source(past), [wp('WP01', ...a), wp('WP02', ...b)]);
  return pair?.likelihood ?? 0;
}

test('packages that have no file in common do not conflict', async () => {
  const files = { 'src/a.ts': 'x\n', 'src/b.ts': 'y\n' };
  expect(await forecastMission(source({ files }), [wp('WP01', 'src/a.ts'), wp('WP02', 'src/b.ts')])).toEqual(
    [],
  );
});

test('a file that both name is likelier in conflict than one of many below what both own', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`src/${at}.ts`, 'line\n'.repeat(40)]),
  );
  const named = await likelihood({ files }, ['src/1.ts'], ['src/1.ts']);
  const below = await likelihood({ files }, ['src/**'], ['src/1.ts']);
  expect(named).toBeGreaterThan(0.5);
  expect(below).toBeLessThan(named / 3);
  expect(below).toBeGreaterThan(0);
  // Both are about to make it.
  expect(await likelihood({ files }, ['src/new.ts'], ['src/new.ts'])).toBeGreaterThan(0.1);
});

test('what every commit puts a line into is where packages conflict that own nothing in common', async () => {
  const files = { 'src/a.ts': 'x\n', 'src/b.ts': 'y\n', 'CHANGELOG.md': 'z\n' };
  const commits = Array.from({ length: 200 }, (_, at) => [`src/${at % 50}.ts`, 'CHANGELOG.md']);
  const top: LineEdit = { at: 3, taken: 0, now: 3, put: 1 };
  const past = { files, commits, edits: { 'CHANGELOG.md': times(40, [top]) } };
  const [pair] = await forecastMission(source(past), [wp('WP01', 'src/a.ts'), wp('WP02', 'src/b.ts')]);
  expect(pair).toMatchObject({ a: 'WP01', b: 'WP02' });
  expect(pair?.likelihood).toBeGreaterThan(0.4);
  expect(pair?.reasons[0]).toMatchObject({ path: 'CHANGELOG.md', why: ['history', 'history'] });
  const elsewhere = Array.from({ length: 40 }, (_, at) => [{ ...top, at: at * 10, now: at * 10 }]);
  const spread = await likelihood(
    { ...past, edits: { 'CHANGELOG.md': elsewhere } },
    ['src/a.ts'],
    ['src/b.ts'],
  );
  expect(spread).toBeLessThan((pair?.likelihood ?? 0) / 3);
});

test('what uses a definition may change with it', async () => {
  const files = {
    'src/a.ts': 'export function loadOrder() {}\n',
    'src/b.ts': 'loadOrder();\n',
    'src/c.ts': 'nothing();\n',
  };
  const others = Array.from({ length: 500 }, (_, at) => [`src/d${at % 100}.ts`]);
  const commits = [...times(19, ['src/a.ts', 'src/b.ts']), ...others];
  const packages = [wp('WP01', 'src/a.ts'), wp('WP02', 'src/b.ts'), wp('WP03', 'src/c.ts')];
  const found = await forecastMission(source({ files, commits }), packages);
  expect(found.map(({ a, b }) => `${a} ${b}`)).toEqual(['WP01 WP02']);
  const unused = { ...files, 'src/b.ts': '\n' };
  const without = await likelihood({ files: unused, commits }, ['src/a.ts'], ['src/b.ts']);
  expect(found[0]?.likelihood).toBeGreaterThan(without * 1.3);
  // Where users have not followed so far, they are not thought to.
  expect(await likelihood({ files, commits: others }, ['src/a.ts'], ['src/b.ts'])).toBe(0);
});

test('the likeliest pair comes first, and few files are named for each', async () => {
  const files = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`src/${at}.ts`, 'x\n']));
  const all = Object.keys(files);
  const found = await forecastMission(source({ files }), [
    wp('WP01', ...all),
    wp('WP02', 'src/1.ts'),
    wp('WP03', ...all),
  ]);
  expect(found.map(({ a, b }) => `${a} ${b}`)[0]).toBe('WP01 WP03');
  expect(found[0]?.reasons).toHaveLength(3);
  expect(found.every((one, at) => at === 0 || one.likelihood <= (found[at - 1]?.likelihood ?? 0))).toBe(true);
});

test('what the past cannot be asked for is the caller’s to hear', async () => {
  const broken = {
    ...source({ files: {} }),
    commits: () => Promise.reject(new Fault('busy', 'GIT_FAILED', 'No.')),
  };
  await expect(forecastMission(broken, [])).rejects.toThrow('No.');
});
