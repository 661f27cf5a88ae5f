import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const TUTORIAL = path.join(ROOT, 'docs/tutorial.md');

/** Commands of the tutorial, how they end, and the output that it shows for them, if it does. */
const BLOCK = /^```sh( refused)?\n(.*?)^```\n(\n```text\n(.*?)^```\n)?/gms;

test('the commands of the tutorial do what it says, and print what it shows', async () => {
  const reader = newReader();
  const text = readFileSync(TUTORIAL, 'utf8');
  const seen = text.replaceAll(BLOCK, (_, refused: string | undefined, commands: string, shown?: string) => {
    const output = reader.type(commands, refused ? 1 : 0);
    const block = `\`\`\`sh${refused ?? ''}\n${commands}\`\`\`\n`;
    return shown === undefined ? block : `${block}\n\`\`\`text\n${output}\`\`\`\n`;
  });
  await expect(seen).toMatchFileSnapshot(TUTORIAL);
  execFileSync('git', ['diff', '--exit-code', 'HEAD'], { cwd: reader.project(), env: reader.env });
});

/** A shell in an empty folder, with the program as `spec-kitty`. */
function newReader() {
  const { base, env: home } = tempRepository();
  const folder = path.join(base, 'tutorial');
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const program = path.join(ROOT, 'packages/cli/bin/spec-kitty.cjs');
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`;
  writeFileSync(path.join(folder, 'bin/spec-kitty'), shim, { mode: 0o755 });
  const env = { ...home, PATH: `${folder}/bin${path.delimiter}${process.env['PATH']}` };
  const project = () => path.join(folder, 'shop');
  let cwd = folder;
  const type = (commands: string, exitCode: number) => {
    const script = `set -e\ntrap 'pwd >"${folder}/cwd"' EXIT\n${commands}`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' });
    expect({ commands, stderr, status }).toEqual({
      commands,
      stderr: exitCode === 0 ? '' : expect.stringContaining('Error: '),
      status: exitCode,
    });
    cwd = readFileSync(`${folder}/cwd`, 'utf8').trim();
    return named(stdout + stderr, { folder, missionId: missionIdIn(project()) });
  };
  return { env, project, type };
}

function missionIdIn(project: string): string | undefined {
  try {
    const missions = path.join(project, 'kitty-specs');
    const directory = readdirSync(missions).find((name) => name.startsWith('greeting-')) ?? '';
    return JSON.parse(readFileSync(path.join(missions, directory, 'meta.json'), 'utf8')).mission_id;
  } catch {
    return undefined;
  }
}

/** Replaces what differs between two readers. */
function named(
  output: string,
  { folder, missionId }: { folder: string; missionId: string | undefined },
): string {
  const text = output.replaceAll(folder, '/tutorial').replaceAll(/\b[0-9a-f]{12}\b/g, '1f0c5a7e9b3d');
  if (missionId === undefined) return text;
  return text
    .replaceAll(missionId, '01M7YAWSRMK7SCSQPV0ZCX9A9X')
    .replaceAll(missionId.slice(0, 8), '01M7YAWS');
}
