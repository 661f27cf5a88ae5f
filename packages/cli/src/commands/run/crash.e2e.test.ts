import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Ending } from '@spec-kitty/core/run/ending';
import { drive } from '@spec-kitty/core/run/engine';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { signal } from '@spec-kitty/local/process/end-processes';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { processesOf } from '@spec-kitty/local/process/marked-processes';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { Death } from '@spec-kitty/testkit/run/death';
import { PlayedAgents, type PlayedScript } from '@spec-kitty/testkit/run/played-agents';
import { type Resumed, resumeTime } from '@spec-kitty/testkit/run/resume-time';
import { type Random, seededRandom } from '@spec-kitty/testkit/faults/seeded-random';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runPorts } from './run-ports.ts';

/** What the torture asks for; `npm test` makes a share of it. Runs have numbers, by which one that failed is made again. */
interface Asked {
  readonly seed: string;
  readonly first: number;
  /** Runs in which a process is killed. */
  readonly kills: number;
  /** Runs in which the engine dies at a step of its journal. */
  readonly deaths: number;
  /** File for what was found. */
  readonly result: string | null;
}

const USUAL: Asked = { seed: 'run', first: 0, kills: 12, deaths: 4, result: null };
const asked: Asked = {
  ...USUAL,
  ...(JSON.parse(process.env['SPEC_KITTY_ENGINE_TORTURE'] ?? '{}') as object),
};
const tally = { killed_engines: 0, killed_agents: 0, deaths: 0, kill_runs: 0, death_runs: 0 };
/** What each run that was killed took to be through at last, in milliseconds, but for its agents' own time. */
const resumes: number[] = [];
const PROGRAM = fileURLToPath(new URL('../../../bin/spec-kitty.cjs', import.meta.url));
const OPTIONS = ['--implementer', 'script', '--reviewer', 'script', '--max-cycles', '20', '--timeout', '1m'];

const writes = (name: string, text: string) => ({
  message: `${name}: ${text}`,
  files: { [`src/${name}.js`]: `${text}\n` },
});
const SCRIPTS: Readonly<Record<string, PlayedScript>> = {
  WP01: { attempts: [writes('a', 'one')], subtasks: ['T001'], ms: 50 },
  WP02: { attempts: [writes('b', 'two')], ms: 50 },
  WP03: {
    attempts: [writes('c', 'bad'), writes('c', 'good')],
    verdicts: ['changes_requested', 'approved'],
    ms: 50,
  },
};

const world = new MissionWorld();
const scripts = mkdtempSync(path.join(tmpdir(), 'run-scripts-'));
beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] },
    { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
    { id: 'WP03', owns: ['src/c.js'] },
  ]);
  for (const [wp, script] of Object.entries(SCRIPTS))
    writeFileSync(path.join(scripts, `${wp}.json`), JSON.stringify(script));
  world.save();
});
afterAll(() => {
  world.dispose();
  rmSync(scripts, { recursive: true, force: true });
  if (asked.result !== null) writeFileSync(asked.result, JSON.stringify({ ...tally, resumes }));
});

interface Ran extends Resumed {
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly said: string;
}

/** Starts or resumes the run, and kills the engine or one of its agents after some time unless it is through before. */
async function resume(blow?: {
  readonly afterMs: number;
  readonly victim: 'engine' | 'agent';
}): Promise<Ran> {
  const { repository, directory } = world;
  const env = { ...repository.env, SPEC_KITTY_SCRIPT: scripts };
  const startedAt = Date.now();
  const child = spawn(process.execPath, [PROGRAM, 'run', 'resume', '--mission', directory, ...OPTIONS], {
    cwd: repository.root,
    env,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const ended = once(child, 'close');
  const kill = async () => {
    const agents = blow?.victim === 'agent' ? await killAgent() : 0;
    tally.killed_agents += agents;
    if (agents === 0) child.kill('SIGKILL');
  };
  const timer = blow && setTimeout(() => void kill(), blow.afterMs);
  const [exitCode, by] = await ended;
  const endedAt = Date.now();
  clearTimeout(timer);
  const killed = by === 'SIGKILL';
  tally.killed_engines += Number(killed);
  return { killed, exitCode: exitCode as number | null, said, startedAt, endedAt };
}

/** Kills what the last attempt that is under way has started. @returns how many processes that were. */
async function killAgent(): Promise<number> {
  const last = (await journaled()).findLast((record) => record.kind === 'attempt_spawned');
  if (last?.kind !== 'attempt_spawned') return 0;
  const found = processesOf(last.attempt);
  for (const pid of found) signal(pid);
  return Number(found.length > 0);
}

const seedOf = (at: number): string => `${asked.seed} ${asked.first + at}`;

test.skipIf(process.platform === 'win32')(
  `an engine that is killed again and again delivers everything, once [needs signals]`,
  { timeout: 600_000 + asked.kills * 120_000 },
  async () => {
    for (let at = 0; at < asked.kills; at += 1) {
      const random = seededRandom(seedOf(at));
      world.restore();
      const kills = random.between(1, 6);
      let last: Ran | undefined;
      let turn = 0;
      for (; last === undefined || last.killed; turn += 1) {
        const victim = random.between(0, 3) === 0 ? 'agent' : 'engine';
        last = await resume(turn < kills ? { afterMs: random.between(150, 1650), victim } : undefined);
      }
      expect(last.exitCode, `${seedOf(at)}: ${last.said}`).toBe(0);
      if (turn > 1) resumes.push(resumeTime(last, await journaled()));
      await judge();
      tally.kill_runs += 1;
    }
    console.log(
      `${tally.kill_runs} runs of ${asked.seed}: ${tally.killed_engines} engines killed, ${tally.killed_agents} agents; resumed in ${resumes.join(', ')} ms`,
    );
    // One that was faster than its signal was not killed.
    expect(tally.killed_engines + tally.killed_agents).toBeGreaterThanOrEqual(asked.kills / 2);
  },
);

test(
  'an engine that dies at a step of its journal, before or after it is written, delivers everything, once',
  { timeout: 600_000 + asked.deaths * 60_000 },
  async () => {
    for (let at = 0; at < asked.deaths; at += 1) {
      const random = seededRandom(`${seedOf(at)} dies`);
      world.restore();
      for (let turn = 0; ; turn += 1) {
        const step = turn < 5 ? random.between(1, 12) : Number.POSITIVE_INFINITY;
        const end = await driveUntil(step, random);
        if (end !== undefined) {
          expect(end, seedOf(at)).toBe('complete ');
          break;
        }
        tally.deaths += 1;
      }
      await judge();
      tally.death_runs += 1;
    }
    console.log(`${tally.death_runs} runs of ${asked.seed}: ${tally.deaths} deaths`);
    expect(tally.deaths).toBeGreaterThanOrEqual(asked.deaths);
  },
);

/** Drives the mission in this process until a step of its journal, from which on nothing can be written; how it ends, if it does. */
async function driveUntil(step: number, random: Random): Promise<string | undefined> {
  world.reopen();
  const workspace = await world.workspace();
  const { env } = world.repository;
  const folder = privateDir(workspace.repository, 'runs', world.missionId);
  const death = new Death(step, random.pick(['before', 'after']));
  const journal = death.journal(new FileRunJournal(folder));
  const agents = new PlayedAgents(SCRIPTS, { folder, env });
  const ports = runPorts(workspace, { journal, agents, stop: new Ending(), env, folder });
  const work = random.pick([death.work(workspace), workspace]);
  const options = {
    implementers: ['script'],
    reviewer: 'script',
    maxParallel: 3,
    until: 'merge',
    maxCycles: 20,
    timeoutMs: 60_000,
    budget: { usd: null, tokens: null },
  } as const;
  const reviewers = { keys: ['script'], named: true };
  const who = { mission: world.directory, reviewers, perAgent: {}, fence: '', person: 'ada' };
  try {
    const end = await drive({ ...ports, work }, { ...who, options, resumes: false });
    return `${end.outcome} ${end.reason}`;
  } catch (error) {
    if (!death.isOver) throw error;
    return undefined;
  }
}

async function journaled(): Promise<readonly RunRecord[]> {
  const workspace = await world.workspace();
  return new FileRunJournal(privateDir(workspace.repository, 'runs', world.missionId)).read();
}

async function judge(): Promise<void> {
  const { repository } = world;
  world.reopen();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done', WP03: 'done' });
  const rows = repository.read(`${world.folder}/status.events.jsonl`).trim().split('\n');
  const done = rows
    .map((row) => JSON.parse(row) as { to_lane?: string; wp_id?: string })
    .filter(({ to_lane: lane }) => lane === 'done');
  expect(done.map(({ wp_id: wp = '' }) => wp).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'WP01',
    'WP02',
    'WP03',
  ]);
  const content = ['a', 'b', 'c'].map((name) => repository.git('show', `main:src/${name}.js`));
  expect(content).toEqual(['one', 'two', 'good']);
  expect(repository.git('fsck', '--no-dangling')).toBe('');
  const attempts = (await journaled()).flatMap((record) =>
    record.kind === 'attempt_started' ? [record.attempt] : [],
  );
  await pause(100);
  expect(attempts.flatMap((attempt) => processesOf(attempt))).toEqual([]);
}
