import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

const CONFIG = '.kittify/config.yaml';

function world(config: string) {
  const made = cliWorld();
  made.repository.write({ [CONFIG]: config });
  return made;
}

async function shown(of: ReturnType<typeof world>): Promise<string> {
  return (await runCli(of, ['trust', 'show'])).stdout;
}

test.each([['../outside.txt'], ['/etc/hostname'], ['data/../../x'], ['link/secret.txt'], ['.git/config']])(
  'a path to copy that leads out of the repository is refused by name, with everything else: %s',
  async (named) => {
    const made = world(`validation:\n  command: [npm, test]\nworkspace:\n  copy: [.env, '${named}']\n`);
    mkdirSync(path.join(made.repository.base, 'outside'));
    symlinkSync(path.join(made.repository.base, 'outside'), path.join(made.repository.root, 'link'));
    expect(await runJson(made, ['trust', 'allow'])).toMatchObject({
      exitCode: 1,
      document: {
        error_code: 'PATH_OUTSIDE_REPOSITORY',
        error: expect.stringContaining('workspace.copy cannot be allowed: A path'),
        kind: 'workspace.copy',
        path: named,
      },
    });
    expect(await shown(made)).not.toMatch(/^allowed/m);
  },
);

test('what is not in the configuration any more is not shown, and a changed value is not allowed', async () => {
  const made = world('validation:\n  command: [npm, test]\nworkspace:\n  copy: [.env]\n');
  await runCli(made, ['trust', 'allow']);
  expect(await shown(made)).toBe(
    'allowed      validation.command: ["npm","test"]\nallowed      workspace.copy: [".env"]\n',
  );
  made.repository.write({ [CONFIG]: 'validation:\n  command: [npm, run, evil]\n' });
  expect(await shown(made)).toBe(
    'not allowed  validation.command: ["npm","run","evil"]\nRun `spec-kitty trust allow` to allow all of it as it is now.\n',
  );
  made.repository.write({ [CONFIG]: 'project: {}\n' });
  expect(await shown(made)).toBe('This repository wants to execute nothing.\n');
});
