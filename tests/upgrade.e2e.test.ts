import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { predecessorProject } from '../packages/cli/src/testing/predecessor-project.ts';
import type { CliWorld } from '../packages/cli/src/testing/run-cli.ts';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const KILLER = fileURLToPath(new URL('kill-in-upgrade.cjs', import.meta.url));

function run({ repository: { root, env } }: CliWorld, args: readonly string[], killAt = 0) {
  const NODE_OPTIONS = killAt === 0 ? {} : { NODE_OPTIONS: `--require=${JSON.stringify(KILLER)}` };
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: root,
    env: { ...env, ...NODE_OPTIONS, KILL_AT: String(killAt) },
    encoding: 'utf8',
  });
}

function everything({ repository: { root } }: CliWorld): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const files = names.filter(
    (name) => !name.startsWith('.git' + path.sep) && statSync(path.join(root, name)).isFile(),
  );
  return Object.fromEntries(
    files.map((name) => [
      name,
      `${statSync(path.join(root, name)).mode} ${readFileSync(path.join(root, name), 'base64')}`,
    ]),
  );
}

/** Times differ from run to run. */
function timeless(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !/metadata|manifest/.test(name)));
}

const whole = () => {
  const world = predecessorProject();
  expect(run(world, ['upgrade']).status).toBe(0);
  return timeless(everything(world));
};

test.skipIf(process.platform === 'win32')(
  'an upgrade and a restoration that are killed at any change are finished by the next run (skipped on Windows: no SIGKILL)',
  () => {
    const after = whole();
    let killed = 0;
    for (let at = 1; at < 400; at += at < 5 ? 1 : 23) {
      const world = predecessorProject();
      const before = everything(world);
      const first = run(world, ['upgrade'], at);
      if (first.signal === null) break;
      killed += 1;
      expect(first.signal).toBe('SIGKILL');
      expect(run(world, ['upgrade']).status).toBe(0);
      expect(timeless(everything(world))).toEqual(after);
      const second = run(world, ['upgrade', '--restore'], at);
      // It has fewer files to change than the upgrade and its end together.
      if (second.signal !== null) expect(run(world, ['upgrade', '--restore']).status).toBe(0);
      else expect(second.status).toBe(0);
      expect(everything(world)).toEqual(before);
    }
    expect(killed).toBeGreaterThan(6);
  },
);

test('a project of a newer version is not set back, and what is kept can still be taken back', () => {
  const world = predecessorProject();
  expect(run(world, ['upgrade']).status).toBe(0);
  const metadata = world.repository.read('.kittify/metadata.yaml');
  world.repository.write({
    '.kittify/metadata.yaml': metadata.replace(/version: "?4[^\n]*/, 'version: 4.99.0'),
  });
  const before = everything(world);
  for (const args of [['upgrade'], ['upgrade', '--plan']]) {
    const { status, stderr } = run(world, args);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error: The project is at 4\.99\.0, and this program at 4\.\S+\. \[PROJECT_TOO_NEW\]\n/,
    );
    expect(stderr).toContain('`npm install --global spec-kitty@latest`');
  }
  expect(everything(world)).toEqual(before);
  world.repository.write({ '.kittify/metadata.yaml': metadata });
  expect(run(world, ['upgrade', '--restore']).status).toBe(0);
});
