import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { programOnPath } from '@spec-kitty/local/process/program-on-path';
import { expect, test } from 'vitest';
import { cliWorld, runCli } from '../../testing/run-cli.ts';

test.skipIf(process.platform === 'win32')(
  'a project that lacks something, is mended, is of another version, is upgraded and taken back (skipped on Windows: links)',
  async () => {
    const world = cliWorld();
    const { root, base, env: machine } = world.repository;
    // Whatever else is called spec-kitty on this machine.
    mkdirSync(path.join(base, 'bin'));
    symlinkSync(programOnPath('git', process.env) ?? '', path.join(base, 'bin/git'));
    const env = { ...machine, PATH: path.join(base, 'bin') };
    const say = async (...argv: readonly string[]) =>
      (await runCli(world, argv, { env: { ...env, PATH: path.join(base, 'no-such-folder') } })).transcript;
    await runCli(world, ['init']);
    rmSync(path.join(root, '.kittify/.gitignore'));
    expect(await say('upgrade', '--restore')).toMatchInlineSnapshot(`
      "$ spec-kitty upgrade --restore
      stderr: Error: No upgrade is kept that could be taken back. [NO_UPGRADE_KEPT]
      stderr: Hint: Run \`spec-kitty upgrade --plan\` to see what an upgrade would change.
      [exit 1]"
    `);
    expect(await say('upgrade', '--plan', '--restore')).toMatchInlineSnapshot(`
    "$ spec-kitty upgrade --plan --restore
    stderr: Error: An id goes with --restore, and --plan goes with neither. [USAGE_ERROR]
    stderr: Hint: Run \`spec-kitty upgrade --help\` to see what it takes.
    [exit 2]"
  `);
    expect(await say('upgrade', '--dry-run')).toMatchInlineSnapshot(`
    "$ spec-kitty upgrade --dry-run
    stderr: Error: There is no option --dry-run. [USAGE_ERROR]
    stderr: Hint: Run \`spec-kitty upgrade --help\` to see what it takes.
    [exit 2]"
  `);
    expect(await say('doctor', 'identity')).toMatchInlineSnapshot(`
    "$ spec-kitty doctor identity
    stderr: Error: "identity" is one argument too many. [USAGE_ERROR]
    stderr: Hint: Run \`spec-kitty doctor --help\` to see what it takes.
    [exit 2]"
  `);
    expect(await say('doctor')).toMatchInlineSnapshot(`
    "$ spec-kitty doctor
    Looked at the program, Git, the files of the project: 2 findings.
      error    Git is not installed, or not on PATH. [git_missing]
               Install Git 2.39 or newer: https://git-scm.com/downloads
      warning  A file is missing that keeps what belongs to one machine out of commits: .kittify/.gitignore [missing_file]
               Run \`spec-kitty doctor --fix\`, which makes it.
    [exit 1]"
  `);
    expect((await runCli(world, ['doctor', '--fix'], { env })).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty doctor --fix
    Changed 1 file:
      create     .kittify/.gitignore  (keeps what belongs to one machine out of commits)
    Kept as 01KE70EKEG0000000000000000; \`spec-kitty upgrade --restore\` takes that back. Nothing was committed.

    Looked at the program, Git, the files of the project, 0 missions: nothing is wrong.
    [exit 0]"
  `);
    expect((await runCli(world, ['verify-setup'], { env })).transcript).toMatchInlineSnapshot(`
    "$ spec-kitty verify-setup
    Looked at the program, Git, the files of the project, 0 missions: nothing is wrong.
    [exit 0]"
  `);
    world.repository.write({
      '.kittify/metadata.yaml': 'spec_kitty:\n  version: 3.2.6\n  schema_version: 3\n',
    });
    expect(await say('upgrade', '--plan')).toMatchInlineSnapshot(`
    "$ spec-kitty upgrade --plan
    An upgrade to 0.0.0-dev would change 1 file:
      replace    .kittify/metadata.yaml  (the project is at 0.0.0-dev)
    Kept from earlier:
      01KE70EKEG0000000000000000  doctor --fix of 2026-01-05T12:07:00.000000+00:00, 1 file
    [exit 0]"
  `);
    expect(await say('upgrade')).toMatchInlineSnapshot(`
      "$ spec-kitty upgrade
      Upgraded to 0.0.0-dev; 1 file changed:
        replace    .kittify/metadata.yaml  (the project is at 0.0.0-dev)
      Kept as 01KE70END00000000000000000; \`spec-kitty upgrade --restore\` brings every file back; the newest 10 stay. Nothing was committed.
      [exit 0]"
    `);
    expect(await say('upgrade', '--restore')).toMatchInlineSnapshot(`
    "$ spec-kitty upgrade --restore
    Took back 01KE70END00000000000000000: 1 file as before, 0 files removed that it had made.
    [exit 0]"
  `);
    expect(await say('upgrade', '--plan')).toMatchInlineSnapshot(`
    "$ spec-kitty upgrade --plan
    An upgrade to 0.0.0-dev would change 1 file:
      replace    .kittify/metadata.yaml  (the project is at 0.0.0-dev)
    Kept from earlier:
      01KE70EKEG0000000000000000  doctor --fix of 2026-01-05T12:07:00.000000+00:00, 1 file
      01KE70END00000000000000000  upgrade of 2026-01-05T12:10:00.000000+00:00, 1 file, brought back
    [exit 0]"
  `);
  },
);
