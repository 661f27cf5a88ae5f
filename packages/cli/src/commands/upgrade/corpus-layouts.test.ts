import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { OLD_FILES, predecessorProject } from '../../testing/predecessor-project.ts';
import { runCli, runJson } from '../../testing/run-cli.ts';

const missions = fileURLToPath(new URL('../../../../../../shared/corpus/missions', import.meta.url));
const absent = existsSync(missions) ? '' : ' (skipped: the corpus is not beside the repository)';

const PROJECT = Object.fromEntries(
  Object.entries(OLD_FILES).filter(([name]) => !name.startsWith('kitty-specs/')),
);

const LAYOUTS: readonly (readonly [layout: string, directory: string])[] = [
  ['numbered, with lanes', '079-post-555-release-hardening'],
  ['numbered, without lanes', '002-lightweight-pypi-release'],
  ['numbered, a worktree for each package', '010-workspace-per-work-package-for-parallel-development'],
  ['without packages', '036-kittify-runtime-centralization'],
  ['without a log', 'modular-per-package-ci-01M025GV'],
  ['with a coordination branch and wps.yaml', 'installed-runtime-domain-01KW0NR6'],
  ['with lanes and a coordination branch', 'assertive-test-suite-sanitation-01KZME3P'],
  ['without a topology', 'operator-config-ergonomics-01M04YK8'],
  ['without status.json', 'rc3-operator-signal-fail-loud-01M0GGTV'],
];

test.skipIf(absent).each(LAYOUTS)(
  `a mission %s is adopted as it is, with an id or without${absent}`,
  async (_, name) => {
    for (const withId of [true, false]) {
      const world = predecessorProject(PROJECT);
      const { repository } = world;
      const folder = path.join(repository.root, 'kitty-specs', name);
      cpSync(path.join(missions, name), folder, { recursive: true });
      const meta = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      const { mission_id: id, ...rest } = meta;
      if (!withId) repository.write({ [`kitty-specs/${name}/meta.json`]: JSON.stringify(rest) });
      const commit = repository.commit('a mission');
      const board = async () => (await runJson(world, ['status', '--mission', name])).document;
      const before = withId ? await board() : undefined;

      expect((await runCli(world, ['upgrade'])).exitCode).toBe(0);
      const changed = repository
        .git('diff', '--name-only', commit, '--', 'kitty-specs')
        .split('\n')
        .filter(Boolean);
      expect(changed).toEqual(withId ? [] : [`kitty-specs/${name}/meta.json`]);
      const adopted = JSON.parse(repository.read(`kitty-specs/${name}/meta.json`)) as Record<string, unknown>;
      const logged = existsSync(path.join(folder, 'status.events.jsonl'));
      expect(adopted).toEqual({
        ...rest,
        mission_id: withId || logged ? id : expect.stringMatching(/^[0-9A-Z]{26}$/),
      });
      expect(await board()).toMatchObject(before ?? { mission_slug: name });
      expect(repository.git('rev-parse', 'HEAD')).toBe(commit);

      expect((await runCli(world, ['upgrade', '--restore'])).exitCode).toBe(0);
      expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe('');
    }
  },
);

test.skipIf(absent)(`the whole corpus needs nothing but the files of a project${absent}`, async () => {
  const world = predecessorProject(PROJECT);
  cpSync(missions, path.join(world.repository.root, 'kitty-specs'), { recursive: true });
  const commit = world.repository.commit('all missions');
  expect((await runCli(world, ['upgrade'])).exitCode).toBe(0);
  expect(world.repository.git('diff', '--name-only', commit, '--', 'kitty-specs')).toBe('');
  const { document } = await runJson(world, ['doctor']);
  const { checked, findings } = document as {
    checked: readonly string[];
    findings: readonly { readonly category: string; readonly mission_slug: string }[];
  };
  expect(checked).toContain(`${readdirSync(missions).length} missions`);
  expect(findings.filter(({ category }) => /corrupt|outdated|id_missing/.test(category))).toEqual([]);
});
