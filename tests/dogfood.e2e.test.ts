import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

test('TX.1: the program that is built makes a project, a mission and its plan', () => {
  const repository = tempRepository();
  const run = (line: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...line.split(' ')], {
      cwd: repository.root,
      env: repository.env,
      encoding: 'utf8',
    });
    expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
    return stdout;
  };
  repository.commit('nothing yet');
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+/);
  run('init ../demo --ai codex --non-interactive');
  run('init --ai claude --non-interactive');
  const { mission_slug: mission } = JSON.parse(run('agent mission create greeting --json')) as {
    mission_slug: string;
  };
  repository.write({
    [`kitty-specs/${mission}/spec.md`]: '- FR-001: greet gives back a greeting for a name.\n',
    [`kitty-specs/${mission}/plan.md`]: '- Testing: node --test\n',
    [`kitty-specs/${mission}/tasks.md`]: '## WP01: Greet\n',
    [`kitty-specs/${mission}/tasks/WP01-greet.md`]:
      '---\nwork_package_id: WP01\ntitle: Greet\ndependencies: []\nrequirement_refs: [FR-001]\n' +
      'owned_files: ["greet/**"]\ncreate_intent: ["greet/greet.js"]\n---\nWrite it.\n',
  });
  run(`agent mission finalize-tasks --mission ${mission}`);
  expect(run(`agent tasks status --mission ${mission}`)).toContain('WP01');
});
