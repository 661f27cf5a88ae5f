import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ending } from '@spec-kitty/core/run/ending';
import { drive } from '@spec-kitty/core/run/engine';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { Fence } from '@spec-kitty/local/run/fence/fence';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, onTestFinished, test } from 'vitest';
import { runPorts } from './run-ports.ts';

const AGENT = fileURLToPath(new URL('../../../bin/script-agent.cjs', import.meta.url));

const log = (lines: readonly string[]) => `# Changes\n\n${lines.join('\n')}\n`;

/** A mission of packages that own nothing in common, in a project where all work is noted in one list. */
async function world(mode: string): Promise<{ made: MissionWorld; written: readonly string[] }> {
  const made = new MissionWorld();
  onTestFinished(() => made.dispose());
  const written: string[] = [];
  for (let at = 0; at < 32; at += 1) {
    written.unshift(`- Change ${at}`);
    made.repository.commit(`Change ${at}`, { [`src/${at % 8}.js`]: `${at}\n`, 'CHANGES.md': log(written) });
  }
  await made.plan(
    [
      { id: 'WP01', owns: ['src/0.js'] },
      { id: 'WP02', owns: ['src/1.js'] },
      { id: 'WP03', owns: ['src/2.js'] },
    ],
    { '.kittify/config.yaml': `run: { forecast: ${mode} }\n` },
  );
  return { made, written };
}

/** Runs it with agents that do what scripts say, and gives back what the run has written down. */
async function recordsOf(
  made: MissionWorld,
  scripts: Readonly<Record<string, object>>,
): Promise<readonly RunRecord[]> {
  const workspace = await made.workspace();
  const scriptFolder = mkdtempSync(path.join(tmpdir(), 'run-scripts-'));
  onTestFinished(() => rmSync(scriptFolder, { recursive: true, force: true }));
  for (const [wp, script] of Object.entries(scripts))
    writeFileSync(path.join(scriptFolder, `${wp}.json`), JSON.stringify(script));
  const env = { ...made.repository.env, SPEC_KITTY_SCRIPT: scriptFolder };
  const folder = privateDir(workspace.repository, 'runs', made.missionId);
  const journal = new FileRunJournal(folder);
  const agents = new ProcessRunner({
    folder,
    env,
    fence: new Fence(workspace.repository, env),
    invocation: () => ({
      argv: [process.execPath, AGENT],
      mayKnow: (name: string) => name === 'SPEC_KITTY_SCRIPT',
      stream: 'none' as const,
    }),
  });
  const stop = new Ending();
  await drive(runPorts(workspace, { journal, agents, stop, env, folder }), {
    mission: made.directory,
    options: {
      implementers: ['script'],
      reviewer: 'script',
      maxParallel: 4,
      until: 'review',
      maxCycles: 1,
      timeoutMs: 60_000,
      budget: { usd: null, tokens: null },
    },
    reviewers: { keys: ['script'], named: true },
    resumes: false,
    fence: 'tried elsewhere',
    perAgent: {},
    person: 'ada',
  });
  return journal.read();
}

const writes = (files: object) => ({ attempts: [{ message: 'work', files }] });

/** How many attempts were under way at each record. */
function underWay(records: readonly RunRecord[]): readonly number[] {
  let now = 0;
  return records.map(({ kind }) => {
    now += Number(kind === 'attempt_started') - Number(kind === 'attempt_ended');
    return now;
  });
}

const mostAtOnce = (records: readonly RunRecord[]): number => Math.max(...underWay(records));

test('packages that are likely to conflict are told before they start, and worked on at once all the same', async () => {
  const { made, written } = await world('warn');
  const records = await recordsOf(made, {
    WP01: writes({ 'src/0.js': 'a\n', 'CHANGES.md': log(['- WP01', ...written]) }),
    WP02: writes({ 'src/1.js': 'b\n', 'CHANGES.md': log(['- WP02', ...written]) }),
    // Long enough for the watch to come by while it is at work.
    WP03: { ...writes({ 'src/2.js': 'c\n' }), ms: 9000 },
  });
  const kinds = records.map(({ kind }) => kind);
  expect(kinds.indexOf('forecast_made')).toBeGreaterThan(0);
  expect(kinds.indexOf('forecast_made')).toBeLessThan(kinds.indexOf('attempt_started'));
  expect(records.find(({ kind }) => kind === 'forecast_made')).toMatchObject({
    pairs: expect.arrayContaining([
      expect.objectContaining({
        a: 'WP01',
        b: 'WP02',
        reasons: [expect.objectContaining({ path: 'CHANGES.md' })],
      }),
    ]) as unknown,
  });
  expect(mostAtOnce(records)).toBe(3);
  // What was foreseen has come, and is told while agents are at work.
  expect(records.find(({ kind }) => kind === 'conflict_seen')).toMatchObject({
    lane: 'lane-a',
    other: 'lane-b',
    paths: ['CHANGES.md'],
  });
  expect(underWay(records)[kinds.indexOf('conflict_seen')]).toBeGreaterThan(0);
});

test('where the project serialises, they are worked on one after the other', async () => {
  const { made } = await world('serialise');
  const records = await recordsOf(made, {
    WP01: writes({ 'src/0.js': 'a\n' }),
    WP02: writes({ 'src/1.js': 'b\n' }),
    WP03: writes({ 'src/2.js': 'c\n' }),
  });
  expect(records.find(({ kind }) => kind === 'forecast_made')).toMatchObject({ failed: null });
  expect(mostAtOnce(records)).toBe(1);
  expect(await made.lanes()).toEqual({ WP01: 'approved', WP02: 'approved', WP03: 'approved' });
});

test('a project that does not want to know is told nothing', async () => {
  const { made } = await world('off');
  const records = await recordsOf(made, {
    WP01: writes({ 'src/0.js': 'a\n' }),
    WP02: writes({ 'src/1.js': 'b\n' }),
    WP03: writes({ 'src/2.js': 'c\n' }),
  });
  expect(records.map(({ kind }) => kind)).not.toContain('forecast_made');
  expect(mostAtOnce(records)).toBe(3);
});
