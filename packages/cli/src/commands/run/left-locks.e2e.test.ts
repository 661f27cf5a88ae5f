import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ending } from '@spec-kitty/core/run/ending';
import { drive } from '@spec-kitty/core/run/engine';
import { seesAllProcesses } from '@spec-kitty/local/run/aftermath/lock-suspects';
import { FileRunJournal } from '@spec-kitty/local/run/file-run-journal';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import { privateDir } from '@spec-kitty/local/repository/repository';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, onTestFinished, test } from 'vitest';
import { runPorts } from './run-ports.ts';

/** Is killed in the middle of its first `git add` and `git commit`; does the work the second time. */
const AGENT = `
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
if (process.env.SPEC_KITTY_ROLE === 'reviewer') {
  writeFileSync(process.env.SPEC_KITTY_REPORT, JSON.stringify({ verdict: 'approved', summary: 'fine' }));
} else if (!existsSync('src/a.js')) {
  mkdirSync('src', { recursive: true });
  writeFileSync('src/a.js', 'a\\n');
  for (const name of ['index', 'HEAD', git('symbolic-ref', 'HEAD')])
    writeFileSync(git('rev-parse', '--path-format=absolute', '--git-path', name + '.lock'), '');
  process.kill(process.pid, 'SIGKILL');
} else {
  git('add', 'src/a.js');
  git('commit', '--quiet', '--message', 'WP01: a');
  writeFileSync(process.env.SPEC_KITTY_REPORT, '{}');
}
`;

test.skipIf(!seesAllProcesses())(
  'an agent that was killed within Git does not keep the next one from its work [needs a Linux that shows all processes]',
  async () => {
    const made = new MissionWorld();
    const folderOfAgent = mkdtempSync(path.join(tmpdir(), 'run-agent-'));
    onTestFinished(() => {
      made.dispose();
      rmSync(folderOfAgent, { recursive: true, force: true });
    });
    await made.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
    const agent = path.join(folderOfAgent, 'agent.cjs');
    writeFileSync(agent, AGENT);
    const workspace = await made.workspace();
    const { env } = made.repository;
    const folder = privateDir(workspace.repository, 'runs', made.missionId);
    const invocation = () => ({
      argv: [process.execPath, agent],
      mayKnow: () => false,
      stream: 'none' as const,
    });
    const agents = new ProcessRunner({ folder, env, invocation });
    const stop = new Ending();
    const end = await drive(
      runPorts(workspace, { journal: new FileRunJournal(folder), agents, stop, env, folder }),
      {
        mission: made.directory,
        options: {
          implementers: ['script'],
          reviewer: 'script',
          maxParallel: 1,
          until: 'merge',
          maxCycles: 1,
          timeoutMs: 60_000,
          budget: { usd: null, tokens: null },
        },
        resumes: false,
        fence: 'tried elsewhere',
        reviewers: { keys: ['script'], named: true },
        perAgent: {},
        person: 'ada',
      },
    );
    expect(end.state.attempts.map(({ result }) => result?.result)).toEqual([
      'not_enough',
      'handed_over',
      'approved',
    ]);
    expect([end.outcome, end.reason]).toEqual(['complete', '']);
  },
);
