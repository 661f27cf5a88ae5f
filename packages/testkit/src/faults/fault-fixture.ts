import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProductCopy } from './product-copy.ts';
import { type ProductRun, runHere } from './run-product.ts';

/** Points of a mission's life at which the fixture can be put back. */
export type Stage =
  | 'planned'
  | 'finalized'
  | 'worked'
  | 'reviewed'
  | 'approved'
  | 'accepted'
  /** As `accepted`, with a second mission that is accepted, too. */
  | 'rivals';

/** A repository with one mission, in a folder that every run finds at the same path. */
export interface Fixture {
  readonly product: ProductCopy;
  /** Root of the primary checkout. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Directory name of the mission. */
  readonly mission: string;
  readonly missionId: string;
  /** Directory name of the second mission. */
  readonly rival: string;
  /** What the second mission adds to the user's files, by path. */
  readonly rivalWork: ReadonlyMap<string, string>;
  /** What the mission makes of the user's files, by path; `undefined` for one that it deletes. */
  readonly work: ReadonlyMap<string, string | undefined>;
  /** Puts everything back to a point in the mission's life. @param keepFolder when the folder is a file system of its own. */
  restore(stage: Stage, options?: { readonly keepFolder: boolean }): void;
}

/** Files that a user has in the checkout and that are none of the mission's business. */
const USER_FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "fixture" }\n',
  '.gitignore': 'build/\n',
  'notes.txt': 'first\n',
  'staged.txt': 'first\n',
  'src/shared.js': 'exports.shared = 1;\n',
  'src/long.js': longFile('line 1'),
  'old/legacy.txt': 'to be deleted\n',
  'bin/run.sh': '#!/bin/sh\nexit 0\n',
};

interface Package {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly owns: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Two levels and three lanes: WP04 shares a file, and so a lane, with WP01. */
const PACKAGES: readonly Package[] = [
  {
    id: 'WP01',
    dependencies: [],
    owns: ['src/add.js', 'src/shared.js'],
    files: {
      'src/add.js': `exports.add = 1;\n${'// add\n'.repeat(5000)}`,
      'src/shared.js': 'exports.shared = 2;\n',
    },
  },
  {
    id: 'WP02',
    dependencies: [],
    owns: ['src/sub.js', 'src/long.js', 'docs/**'],
    files: {
      'src/sub.js': 'exports.sub = 1;\n',
      'src/long.js': longFile('changed by the mission'),
      'docs/deep/guide.md': '# Guide\n',
    },
  },
  {
    id: 'WP03',
    dependencies: ['WP01', 'WP02'],
    owns: ['src/both/**'],
    files: { 'src/both/main.js': 'exports.both = 1;\n' },
  },
  {
    id: 'WP04',
    dependencies: ['WP01', 'WP02'],
    owns: ['src/add.js'],
    files: { 'src/add.js': 'exports.add = 2;\n' },
  },
];

/** The second mission's. */
const RIVAL_PACKAGES: readonly Package[] = [
  { id: 'WP01', dependencies: [], owns: ['src/tax.js'], files: { 'src/tax.js': 'exports.tax = 1;\n' } },
];

/** A text of many lines, of which the first is given. */
function longFile(first: string): string {
  return [first, ...Array.from({ length: 30 }, (_, index) => `line ${index + 2}`), ''].join('\n');
}

/** What WP02 deletes, with the folder. */
const DELETED = ['old/legacy.txt'];

/** Makes the repository and keeps a copy of it at every stage. @param base folder for all of it, on any file system. */
export async function makeFixture(product: ProductCopy, base: string): Promise<Fixture> {
  const live = path.join(base, 'live');
  const root = path.join(live, 'repository');
  const env = environment(live);
  const builder = new Builder(product, root, env);
  builder.repository();
  const stages = path.join(base, 'stages');
  mkdirSync(stages, { recursive: true });
  const keep = (stage: Stage) => copy(live, path.join(stages, stage));

  await builder.setUp();
  await builder.plan('pay', PACKAGES);
  keep('planned');
  await builder.run('agent', 'mission', 'finalize-tasks', '--mission', builder.mission);
  keep('finalized');
  await builder.work('WP01');
  keep('worked');
  await builder.approve('WP01');
  await builder.work('WP02');
  await builder.approve('WP02');
  keep('reviewed');
  for (const id of ['WP03', 'WP04']) {
    await builder.work(id);
    await builder.approve(id);
  }
  keep('approved');
  await builder.run('accept', '--mission', builder.mission);
  keep('accepted');
  const { mission, missionId } = builder;
  await builder.plan('tax', RIVAL_PACKAGES);
  await builder.run('agent', 'mission', 'finalize-tasks', '--mission', builder.mission);
  await builder.work('WP01');
  await builder.approve('WP01');
  await builder.run('accept', '--mission', builder.mission);
  keep('rivals');

  return {
    product,
    root,
    env,
    mission,
    missionId,
    rival: builder.mission,
    rivalWork: new Map(RIVAL_PACKAGES.flatMap(({ files }) => Object.entries(files))),
    work: new Map<string, string | undefined>([
      ...PACKAGES.flatMap(({ files }) => Object.entries(files)),
      ...DELETED.map((name): [string, undefined] => [name, undefined]),
    ]),
    restore: (stage, { keepFolder } = { keepFolder: false }) => {
      if (!keepFolder) rmSync(live, { recursive: true, force: true });
      copy(path.join(stages, stage), live);
    },
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}

function environment(live: string): Readonly<Record<string, string>> {
  const home = path.join(live, 'home');
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: live,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_GLOBAL: path.join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_DATE: '2026-01-05T10:00:00+00:00',
    GIT_COMMITTER_DATE: '2026-01-05T10:00:00+00:00',
    SPEC_KITTY_STATE_DIR: path.join(live, 'state'),
  };
}

class Builder {
  mission = '';
  missionId = '';
  #packages: readonly Package[] = [];
  readonly #product: ProductCopy;
  readonly #root: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(product: ProductCopy, root: string, env: Readonly<Record<string, string>>) {
    this.#product = product;
    this.#root = root;
    this.#env = env;
  }

  /** A repository with a user's unfinished business in it, and a branch from before the mission. */
  repository(): void {
    const home = this.#env['HOME'] ?? '';
    mkdirSync(home, { recursive: true });
    mkdirSync(this.#root, { recursive: true });
    writeFileSync(
      path.join(home, '.gitconfig'),
      '[user]\n\tname = Test Person\n\temail = test@example.com\n[gc]\n\tauto = 0\n',
    );
    this.#git('init', '--quiet', '--initial-branch=main', '--template=');
    this.#write(USER_FILES);
    chmodSync(path.join(this.#root, 'bin/run.sh'), 0o755);
    symlinkSync('notes.txt', path.join(this.#root, 'link'));
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--message', 'First');
  }

  async setUp(): Promise<void> {
    await this.run('init');
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--message', 'Set up');
    this.#git('branch', 'other');
    this.#write({ 'staged.txt': 'second\n' });
    this.#git('add', 'staged.txt');
    this.#write({ 'notes.txt': 'second\n', 'scratch.txt': 'mine\n', 'build/output.bin': '\0\u0001\n' });
  }

  /** Creates a mission, which the other steps are about from here on. */
  async plan(slug: string, packages: readonly Package[]): Promise<void> {
    this.#packages = packages;
    const created = JSON.parse(
      (await this.run('agent', 'mission', 'create', slug, '--json')).stdout,
    ) as Record<string, string>;
    this.mission = created['mission_slug'] ?? '';
    this.missionId = created['mission_id'] ?? '';
    this.#write(
      Object.fromEntries(
        Object.entries(planFiles(packages)).map(([name, text]) => [
          `kitty-specs/${this.mission}/${name}`,
          text,
        ]),
      ),
    );
  }

  /** Claims a package, commits its files on its lane and marks its subtask. */
  async work(id: string): Promise<void> {
    const claimed = await this.run(
      'agent',
      'action',
      'implement',
      id,
      '--agent',
      'ada',
      '--mission',
      this.mission,
      '--json',
    );
    const { workspace_path: lane = '' } = JSON.parse(claimed.stdout) as Record<string, string>;
    this.#write(this.#packages.find((wp) => wp.id === id)?.files ?? {}, lane);
    if (this.#packages === PACKAGES && id === 'WP02') rmSync(path.join(lane, 'old'), { recursive: true });
    this.#git('-C', lane, 'add', '--all');
    this.#git('-C', lane, 'commit', '--quiet', '--message', `Do ${id}`);
    await this.run(
      'agent',
      'tasks',
      'mark-status',
      `T0${id.slice(2)}`,
      '--status',
      'done',
      '--mission',
      this.mission,
    );
  }

  async approve(id: string): Promise<void> {
    await this.run(
      'agent',
      'tasks',
      'move-task',
      id,
      '--to',
      'for_review',
      '--agent',
      'ada',
      '--mission',
      this.mission,
    );
    await this.run(
      'agent',
      'tasks',
      'move-task',
      id,
      '--to',
      'approved',
      '--agent',
      'bob',
      '--note',
      'good',
      '--mission',
      this.mission,
    );
  }

  async run(...argv: string[]): Promise<ProductRun> {
    const outcome = await runHere(this.#product, argv, { cwd: this.#root, env: this.#env });
    if (outcome.exitCode === 0) return outcome;
    throw new Error(
      `The fixture could not be made: ${argv.join(' ')} ended with ${outcome.exitCode}\n${outcome.stdout}${outcome.stderr}`,
    );
  }

  #git(...args: string[]): void {
    const { status, stderr } = spawnSync('git', args, { cwd: this.#root, env: this.#env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed with ${status}: ${stderr}`);
  }

  #write(files: Readonly<Record<string, string>>, folder = this.#root): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  }
}

function planFiles(packages: readonly Package[]): Record<string, string> {
  const files: Record<string, string> = {
    'spec.md':
      '# Spec\n\n| ID | Requirement |\n|---|---|\n| FR-001 | It adds numbers and takes them away. |\n',
    'plan.md':
      '# Plan\n\n## Technical Context\n\n- **Language/Version**: Node 20\n- **Testing**: node --test\n',
    'tasks.md': `# Tasks\n${packages.map(({ id }) => `\n## ${id}: Do ${id}\n\n- [ ] T0${id.slice(2)} do it\n`).join('')}`,
  };
  for (const { id, dependencies, owns } of packages) {
    files[`tasks/${id}-do.md`] =
      `---\nwork_package_id: ${id}\ntitle: Do ${id}\ndependencies: ${list(dependencies)}\nrequirement_refs: [FR-001]\n` +
      `owned_files: ${list(owns)}\ncreate_intent: ${list(owns)}\nexecution_mode: code_change\nsubtasks: [T0${id.slice(2)}]\n---\n\n# Do ${id}\n`;
  }
  return files;
}

function list(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
}
