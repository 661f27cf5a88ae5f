import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ending } from '@spec-kitty/core/run/ending';
import { drive, type RunEnd, type RunRequest } from '@spec-kitty/core/run/engine';
import type { RunPorts } from '@spec-kitty/core/run/run-ports';
import type { RunOptions } from '@spec-kitty/core/run/run-record';
import { ATTEMPT_VARIABLE } from '@spec-kitty/local/process/marked-processes';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { Fence } from '@spec-kitty/local/run/fence/fence';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { MissionWorld, type PlannedPackage } from '@spec-kitty/testkit/mission-world';
import { expect, onTestFinished, test } from 'vitest';
import { runPorts } from './run-ports.ts';
import { reportDocument } from './show/report-document.ts';
import { reportMarkdown } from './show/report-markdown.ts';

const AGENT = fileURLToPath(new URL('../../../bin/script-agent.cjs', import.meta.url));

const OPTIONS: RunOptions = {
  implementers: ['script'],
  reviewer: 'script',
  maxParallel: 4,
  until: 'merge',
  maxCycles: 2,
  timeoutMs: 60_000,
  budget: { usd: null, tokens: null },
};

interface Scripts {
  readonly [wp: string]: object;
}

/** A mission with scripts for its packages. */
async function world(packages: readonly PlannedPackage[], scripts: Scripts): Promise<MissionWorld> {
  const made = new MissionWorld();
  onTestFinished(() => made.dispose());
  await made.plan(packages);
  const folder = mkdtempSync(path.join(tmpdir(), 'run-scripts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [wp, script] of Object.entries(scripts))
    writeFileSync(path.join(folder, `${wp}.json`), JSON.stringify(script));
  Object.assign(made.repository.env, { SPEC_KITTY_SCRIPT: folder });
  return made;
}

interface Asked extends Partial<RunOptions> {
  readonly resumes?: boolean;
  /** Whether somebody else moves branches as well. */
  readonly others?: boolean;
  /** Puts something in place of what the run works with. */
  readonly around?: (ports: RunPorts, stop: Ending) => RunPorts;
}

async function run(
  made: MissionWorld,
  { resumes = false, others = false, around = (ports) => ports, ...options }: Asked = {},
): Promise<RunEnd> {
  const workspace = await made.workspace();
  const { env } = made.repository;
  const folder = privateDir(workspace.repository, 'runs', made.missionId);
  // None: what the run itself moves must not be told as if others had.
  const fence = new Fence(workspace.repository, env, []);
  const agents = new ProcessRunner({
    folder,
    env,
    fence,
    invocation: () => ({
      argv: [process.execPath, AGENT],
      mayKnow: (name: string) => name === 'SPEC_KITTY_SCRIPT',
      stream: 'none' as const,
    }),
  });
  const stop = new Ending();
  const { mission } = await workspace.view(made.directory);
  const guard = { fence, mission };
  const journal = new FileRunJournal(folder);
  const ports = runPorts(workspace, { journal, agents, stop, env, folder, guard });
  const request: RunRequest = {
    mission: made.directory,
    options: { ...OPTIONS, ...options },
    reviewers: { keys: ['script'], named: true },
    resumes,
    fence: 'tried elsewhere',
    perAgent: {},
    person: 'ada',
  };
  const end = await drive(around(ports, stop), request);
  const found = end.state.attempts.flatMap((one) => [...(one.end?.moved ?? []), ...(one.end?.outside ?? [])]);
  if (!others) expect(found).toEqual([]);
  return end;
}

/** Has a project validate with a few lines of JavaScript. */
async function validatedBy(made: MissionWorld, script: string): ReturnType<MissionWorld['workspace']> {
  const command = JSON.stringify([process.execPath, '-e', script]);
  made.repository.commit('Validation', { '.kittify/config.yaml': `validation:\n  command: ${command}\n` });
  made.reopen();
  const workspace = await made.workspace();
  const trust = await workspace.trust();
  await trust.allow(await trust.items(await workspace.config()));
  return workspace;
}

const attempt = (message: string, files: object) => ({ message, files });

test('a mission is implemented, reviewed, sent back, accepted and merged', async () => {
  const made = await world(
    [
      { id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] },
      { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
      { id: 'WP03', owns: ['src/c.js'] },
    ],
    {
      WP01: { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n' })], subtasks: ['T001'] },
      WP02: { attempts: [attempt('WP02: b', { 'src/b.js': 'b\n' })] },
      WP03: {
        attempts: [attempt('WP03: c', { 'src/c.js': 'c\n' }), attempt('WP03: better', { 'src/c.js': 'C\n' })],
        verdicts: ['changes_requested', 'approved'],
      },
    },
  );
  const end = await run(made);
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  expect(await made.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
  expect(made.repository.git('show', 'main:src/c.js')).toBe('C');
  const { state } = await (await made.workspace()).view(made.directory);
  expect([...state.packages.values()].map(({ bySession }) => bySession)).toEqual([true, true, true]);
  expect(
    end.state.attempts.map(({ wp, role, result }) => `${wp} ${role} ${result?.result}`).toSorted(),
  ).toEqual([
    'WP01 implementer handed_over',
    'WP01 reviewer approved',
    'WP02 implementer handed_over',
    'WP02 reviewer approved',
    'WP03 implementer handed_over',
    'WP03 implementer handed_over',
    'WP03 reviewer approved',
    'WP03 reviewer rejected',
  ]);
});

test('the script of the guide is sent back once and delivered, as the guide says', async () => {
  const guide = readFileSync(
    new URL('../../../../../docs/how-to/run-with-agents.md', import.meta.url),
    'utf8',
  );
  const script = /^### The agent `script`[^]*?```json\n([^]*?)```/m.exec(guide)?.[1] ?? '';
  const made = await world([{ id: 'WP01', owns: ['src/export.js'], subtasks: ['T001'] }], {
    WP01: JSON.parse(script) as object,
  });
  const end = await run(made);
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  expect(end.state.attempts.map(({ role, result }) => `${role} ${result?.result}`)).toEqual([
    'implementer handed_over',
    'reviewer rejected',
    'implementer handed_over',
    'reviewer approved',
  ]);
  expect(made.repository.git('show', 'main:src/export.js')).toContain("join(',')");
});

test('a mission for a pull request ends with its proposal', async () => {
  const made = await world([{ id: 'WP01', owns: ['src/a.js'] }], {
    WP01: { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n' })] },
  });
  const meta = `${made.folder}/meta.json`;
  const document = JSON.parse(made.repository.read(meta)) as object;
  made.repository.commit('By pull request', {
    [meta]: `${JSON.stringify({ ...document, pr_bound: true })}\n`,
  });
  made.reopen();
  const end = await run(made);
  expect([end.outcome, end.reason]).toEqual([
    'complete',
    `It waits on kitty/mission-${made.directory} for its pull request.`,
  ]);
  expect(await made.lanes()).toEqual({ WP01: 'approved' });
});

test('what breaks the merged result is done again while the rest lands, and lands then', async () => {
  const check =
    "const both = ['src/a.js', 'src/b.js'].every((name) => require('fs').existsSync(name) && require('fs').readFileSync(name, 'utf8').startsWith('odd')); if (both) { console.error('they do not go together'); process.exit(1); }";
  const made = await world(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
      { id: 'WP03', owns: ['src/c.js'] },
    ],
    {
      WP01: {
        attempts: [
          attempt('WP01: a', { 'src/a.js': 'odd\n' }),
          attempt('WP01: mended', { 'src/a.js': 'a\n' }),
        ],
      },
      WP02: {
        attempts: [
          attempt('WP02: b', { 'src/b.js': 'odd\n' }),
          attempt('WP02: mended', { 'src/b.js': 'b\n' }),
        ],
      },
      WP03: { attempts: [attempt('WP03: c', { 'src/c.js': 'c\n' })] },
    },
  );
  const workspace = await validatedBy(made, check);
  const end = await run(made);
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  expect(await made.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
  const document = reportDocument(await workspace.view(made.directory), [end.state], (id) => id);
  const { delivery } = document;
  expect(delivery.map(({ step, target, validations }) => [step, target, validations])).toEqual([
    ['accepted', null, null],
    ['merged', 'main', expect.any(Number)],
    ['accepted', null, null],
    ['merged', 'main', 1],
  ]);
  expect(delivery[1]?.sent_back).toHaveLength(1);
  expect(reportMarkdown(document)).toMatch(
    /## Acceptance and merge\n\n- .*: accepted\n- .*WP\d\d merged to main as .*; validated \d+ times; WP\d\d went back: .*\n- .*: accepted\n- .*validated 1 time\n/,
  );
  const { laneEvents, lifecycle } = await workspace.log.read(made);
  const back = laneEvents.filter(
    ({ from_lane: from, to_lane: to }) => from === 'approved' && to === 'planned',
  );
  expect(back.map(({ actor }) => actor)).toEqual(['merge-train']);
  const merges = lifecycle.filter((row) => row['event_type'] === 'MissionMerged');
  expect(merges.map(({ payload }) => payload)).toMatchObject([{ sent_back: [back[0]?.wp_id] }, {}]);
});

const ONE = { WP01: { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n' })] } };

test('what a validation leaves in the worktree is told as its own', async () => {
  const made = await world([{ id: 'WP01', owns: ['src/a.js'] }], ONE);
  await validatedBy(made, "require('fs').writeFileSync('coverage.txt', process.env.SPEC_KITTY_ATTEMPT)");
  const end = await run(made, { maxCycles: 0 });
  expect(end.reason).toMatch(/passes\. But it leaves changes in the worktree: coverage\.txt\. /);
  const [{ id } = { id: '' }] = end.state.attempts;
  expect(readFileSync(path.join(made.lane('lane-a'), 'coverage.txt'), 'utf8')).toBe(id);
});

test.skipIf(process.platform !== 'linux')(
  'evidence that a stop has cut short is looked into by whoever resumes, once what looked is gone [needs Linux]',
  async () => {
    const made = await world([{ id: 'WP01', owns: ['src/a.js'] }], ONE);
    const stopped = await run(made, {
      around: (ports, stop) => ({
        ...ports,
        validate: () => {
          stop.reach();
          return Promise.resolve({ name: 'validation', state: 'failed', says: 'It was ended by SIGKILL.' });
        },
      }),
    });
    const [cut] = stopped.state.attempts;
    expect([stopped.outcome, cut?.end?.how, cut?.result]).toEqual(['stopped', 'exited', null]);
    const env = { ...process.env, [ATTEMPT_VARIABLE]: cut?.id };
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, stdio: 'ignore' });
    onTestFinished(() => void left.kill('SIGKILL'));
    const ended = once(left, 'exit');
    made.reopen();
    const end = await run(made, { resumes: true });
    expect([end.outcome, ...end.state.attempts.map(({ role }) => role)]).toEqual([
      'complete',
      'implementer',
      'reviewer',
    ]);
    expect(await ended).toEqual([null, 'SIGKILL']);
  },
);

test('what conflicts is resolved by its agent while the rest lands, and lands then', async () => {
  const note = (wp: string, merge?: string) => ({
    message: `${wp}: noted${merge ? ' beside the other' : ''}`,
    files: { [`src/${wp}.js`]: `${wp}\n`, 'CHANGES.md': merge ? 'both\n' : `${wp}\n` },
    merge,
  });
  const ids = ['WP01', 'WP02', 'WP03'];
  const made = await world(
    ids.map((id) => ({ id, owns: [`src/${id}.js`] })),
    Object.fromEntries(ids.slice(0, 2).map((wp) => [wp, { attempts: [note(wp), note(wp, 'main')] }])),
  );
  const folder = made.repository.env['SPEC_KITTY_SCRIPT'] ?? '';
  const third = { attempts: [attempt('WP03: c', { 'src/WP03.js': 'c\n' })] };
  writeFileSync(path.join(folder, 'WP03.json'), JSON.stringify(third));
  made.repository.commit('Allow', {
    '.kittify/config.yaml': 'run:\n  allow_outside: [CHANGES.md]\n',
    'test/old.test.js': "test('old', () => expect(1).toBe(1));\n",
  });
  made.reopen();
  // What somebody does on the target meanwhile comes with it into the lane that resolves the conflict, and is not its work.
  let isChanged = false;
  const validate: RunPorts['validate'] = () => {
    if (!isChanged) {
      made.repository.git('rm', '--quiet', 'test/old.test.js');
      made.repository.write({ 'lib/later.js': "throw new Error('not implemented');\n" });
      made.repository.git('add', 'lib');
      made.repository.git('commit', '--quiet', '--message', 'By hand');
    }
    isChanged = true;
    return Promise.resolve({ name: 'validation', state: 'not_checked', says: 'Nobody asked.' });
  };
  const end = await run(made, { others: true, around: (ports) => ({ ...ports, validate }) });
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  const resolved = end.state.attempts.findLast(({ role }) => role === 'implementer')?.result?.files ?? [];
  expect(resolved.toSorted()).toEqual(['CHANGES.md', expect.stringMatching(/^src\/WP0[12]\.js$/)]);
  expect(await made.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
  expect(made.repository.git('show', 'main:CHANGES.md')).toBe('both');
  const { laneEvents } = await (await made.workspace()).log.read(made);
  const back = laneEvents.filter(({ from_lane: from }) => from === 'approved').map(({ actor }) => actor);
  expect(back.filter((actor) => actor === 'merge-train')).toHaveLength(1);
});

test('another agent goes on with what one has left', async () => {
  const made = await world([{ id: 'WP01', owns: ['src/a.js'] }], {
    WP01: { attempts: [attempt('WP01: nothing', {})] },
  });
  const first = await run(made, { maxCycles: 1, until: 'review' });
  expect([first.outcome, await made.lanes()]).toEqual(['waiting', { WP01: 'in_progress' }]);
  const folder = made.repository.env['SPEC_KITTY_SCRIPT'] ?? '';
  const better = { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n' })] };
  writeFileSync(path.join(folder, 'WP01.json'), JSON.stringify(better));
  made.reopen();
  const end = await run(made, { implementers: ['other'], until: 'review', resumes: true });
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  const { state } = await (await made.workspace()).view(made.directory);
  expect(state.packages.get('WP01')?.implementers).toEqual(['script:implementer', 'other:implementer']);
});

test('what the project lets everybody change is listed, and holds nothing up', async () => {
  const made = await world([{ id: 'WP01', owns: ['src/a.js'] }], {
    WP01: { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n', 'CHANGES.md': 'a\n' })] },
  });
  made.repository.commit('Allow', { '.kittify/config.yaml': 'run:\n  allow_outside: [CHANGES.md]\n' });
  const end = await run(made, { until: 'review' });
  expect(end.outcome).toBe('complete');
  expect(end.state.attempts[0]?.result?.checks).toContainEqual({
    name: 'owned_files',
    state: 'passed',
    says: 'Only files of the package are changed, and what run.allow_outside names: CHANGES.md.',
  });
});

/** What an implementer may try instead of the work, and what it is told. */
const CHEATS: Readonly<Record<string, readonly [files: object, told: string]>> = {
  'changes what is not the package’s': [
    { 'src/other.js': 'x\n' },
    'Files are changed that the package does not own: src/other.js',
  ],
  'leaves a body to be written': [
    { 'src/a.js': "export function a() {\n  throw new Error('not implemented');\n}\n" },
    'Bodies are left to be written: src/a.js:2',
  ],
  'skips a test': [
    { 'src/a.test.js': "test.skip('a', () => {});\n" },
    'Tests are lost that the package does not name: src/a.test.js',
  ],
  'commits nothing': [{}, 'WP01 has no commit that changes a file since it was claimed'],
};

test.each(Object.entries(CHEATS))(
  'an agent that %s hands nothing over: it is told what is lacking, and then a person is asked',
  async (_, [files, told]) => {
    const made = await world([{ id: 'WP01', owns: ['src/a.*'] }], {
      WP01: { attempts: [attempt('WP01: done', files)] },
    });
    const end = await run(made, { maxCycles: 1 });
    expect(end.outcome).toBe('waiting');
    expect(end.reason).toContain('WP01 came to nothing 2 times');
    expect(end.reason).toContain(told);
    expect(await made.lanes()).toEqual({ WP01: 'in_progress' });
  },
);

test('packages whose lanes rest on each other are delivered', async () => {
  const made = await world(
    [
      { id: 'WP01', owns: ['src/**'] },
      { id: 'WP02', owns: ['lib/**'], dependencies: ['WP01'] },
      { id: 'WP03', owns: ['src/**'], dependencies: ['WP02'] },
    ],
    {
      WP01: { attempts: [attempt('WP01: a', { 'src/a.js': 'a\n' })] },
      WP02: { attempts: [attempt('WP02: b', { 'lib/b.js': 'b\n' })] },
      WP03: { attempts: [attempt('WP03: c', { 'src/c.js': 'c\n' })] },
    },
  );
  const end = await run(made);
  expect([end.outcome, end.reason]).toEqual(['complete', '']);
  expect(
    ['src/a.js', 'lib/b.js', 'src/c.js'].map((file) => made.repository.git('show', `main:${file}`)),
  ).toEqual(['a', 'b', 'c']);
});
