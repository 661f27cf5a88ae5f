import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const run = promisify(execFile);
const PACKAGES = ['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06'];
const TRIALS = 25;

let base = '';
let env: NodeJS.ProcessEnv = {};

beforeAll(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'spec-kitty-six-'));
  const config = path.join(base, 'gitconfig');
  writeFileSync(config, '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n');
  env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    SPEC_KITTY_STATE_DIR: path.join(base, 'state'),
  };
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function spec(cwd: string, ...args: string[]): string {
  return execFileSync(process.execPath, [program, ...args], { cwd, env, encoding: 'utf8' });
}

/** Six packages that share no file, finalized and untouched. */
function sixPackages(trial: string): { repository: string; mission: string } {
  const repository = path.join(base, trial);
  mkdirSync(repository);
  execFileSync('git', ['init', '--quiet'], { cwd: repository, env });
  execFileSync('git', ['commit', '--quiet', '--allow-empty', '-m', 'first'], { cwd: repository, env });
  const created = JSON.parse(spec(repository, 'agent', 'mission', 'create', 'six', '--json'));
  const root = path.join(repository, created.feature_dir);
  writeFileSync(path.join(root, 'spec.md'), '# Six\n\n- FR-001: It has six files.\n');
  writeFileSync(path.join(root, 'plan.md'), '# Plan\n\nSix files.\n');
  writeFileSync(path.join(root, 'tasks.md'), PACKAGES.map((id) => `## ${id}: File ${id}\n`).join('\n'));
  for (const id of PACKAGES) {
    const frontmatter = `work_package_id: ${id}\ntitle: File ${id}\ndependencies: []\nrequirement_refs: [FR-001]\nowned_files: ["${id}.txt"]\ncreate_intent: ["${id}.txt"]\nexecution_mode: code_change\nsubtasks: []\n`;
    writeFileSync(path.join(root, 'tasks', `${id}-file.md`), `---\n${frontmatter}---\n\nWrite it.\n`);
  }
  spec(repository, 'agent', 'mission', 'finalize-tasks', '--mission', created.mission_slug);
  return { repository, mission: created.mission_slug };
}

interface Claimed {
  readonly code: number;
  readonly document: {
    readonly wp_id?: string;
    readonly workspace_path?: string;
    readonly error_code?: string;
    readonly error?: string;
  };
}

async function claim(cwd: string, mission: string, wp: string, agent: string): Promise<Claimed> {
  const args = [
    program,
    'agent',
    'action',
    'implement',
    wp,
    '--agent',
    agent,
    '--mission',
    mission,
    '--json',
  ];
  try {
    return { code: 0, document: JSON.parse((await run(process.execPath, args, { cwd, env })).stdout) };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, document: JSON.parse(stdout) };
  }
}

test(`six agents claim six packages at once, ${TRIALS} times`, { timeout: 240_000 }, async () => {
  for (let trial = 1; trial <= TRIALS; trial++) {
    const { repository, mission } = sixPackages(`trial-${trial}`);
    const outcomes = await Promise.all(
      PACKAGES.map((wp, index) => claim(repository, mission, wp, `agent-${index}`)),
    );
    expect(outcomes.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(outcomes.map(({ document }) => document.workspace_path)).size).toBe(6);
    for (const { document } of outcomes)
      expect(readFileSync(path.join(document.workspace_path ?? '', '.git'), 'utf8')).toContain('gitdir:');
    const status = JSON.parse(spec(repository, 'agent', 'tasks', 'status', '--mission', mission, '--json'));
    expect(status.by_lane).toEqual({ in_progress: 6 });
    expect(
      JSON.parse(spec(repository, 'agent', 'status', 'validate', '--mission', mission, '--json')),
    ).toMatchObject({ passed: true });
    rmSync(repository, { recursive: true, force: true });
  }
});

test('sixteen agents claim one package at once, and one of them gets it', { timeout: 120_000 }, async () => {
  const { repository, mission } = sixPackages('one');
  const agents = Array.from({ length: 16 }, (_, index) => `agent-${index}`);
  const outcomes = await Promise.all(agents.map((agent) => claim(repository, mission, 'WP01', agent)));
  const winners = agents.filter((_, index) => outcomes[index]?.code === 0);
  expect(winners).toHaveLength(1);
  const losers = outcomes.filter(({ code }) => code !== 0);
  for (const { code, document } of losers) {
    expect({ code, error_code: document.error_code }).toEqual({ code: 1, error_code: 'HELD_BY_OTHER' });
    expect(document.error).toContain(winners[0]);
  }
});
