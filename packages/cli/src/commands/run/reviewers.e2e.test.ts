import { setTimeout as pause } from 'node:timers/promises';
import type { RunEnd } from '@spec-kitty/core/run/engine';
import { actorName } from '@spec-kitty/protocol/actor';
import { expect, test } from 'vitest';
import { cliWorld, runCli } from '../../testing/run-cli.ts';
import { type AgentsWorld, agentsWorld, GOOD_REVIEW, GOOD_WORK } from '../../testing/run/agents-world.ts';

/** What every attempt came to, in order. */
function story({ state }: RunEnd): readonly string[] {
  return state.attempts.map(({ agent, role, result }) => `${agent} ${role}: ${result?.result}`);
}

test('a review that its agent leaves is taken over by another one of the run', async () => {
  const world = await agentsWorld();
  const end = await world.run({
    reviewers: { broken: 'process.exit(1);', sound: GOOD_REVIEW },
    maxCycles: 2,
  });
  expect([end.outcome, ...story(end)]).toEqual([
    'complete',
    'node implementer: handed_over',
    'broken reviewer: void',
    'sound reviewer: approved',
  ]);
  const workspace = await world.made.workspace();
  const { laneEvents } = await workspace.log.read(world.made);
  expect(
    laneEvents
      .slice(3, 7)
      .map(({ actor, to_lane: to, force }) => `${actorName(actor)} ${to}${force ? ' by force' : ''}`),
  ).toEqual([
    'node:implementer for_review',
    'broken:reviewer in_review',
    'broken:reviewer for_review by force',
    'sound:reviewer in_review',
  ]);
  const { state } = await workspace.view(world.made.directory);
  expect(state.packages.get('WP01')?.override).toBeNull();
});

test('a reviewer is given what was asked for, what was done, and what was found out about it', async () => {
  const world = await agentsWorld();
  const told =
    'say({ verdict: "approved", summary: require("node:fs").readFileSync(process.env.SPEC_KITTY_PROMPT, "utf8") });';
  const { state } = await world.run({ reviewer: told });
  const prompt = state.attempts[1]?.result?.reason ?? '';
  expect(prompt).toMatch(/- FR-001: It works\..* diff \w+\.\.\w+/s);
  expect(prompt).toMatch(/- commits: passed\. 1 since the claim, and nothing uncommitted\.$/m);
  expect(prompt).toMatch(/- validation: not checked\. The project has no validation command\.$/m);
});

test.each([true, false])(
  'a review that was left is taken over in a later run, also where that does not resume: %s',
  async (resumes) => {
    const world = await agentsWorld();
    const first = await world.run({ reviewers: { broken: 'console.error("no key"); process.exit(1);' } });
    expect(first.reason).toBe(
      'WP01 came to nothing 1 time, the last time: The reviewer left no verdict that can be read, so nothing is approved. It left no report. It ended with 1. It says: no key',
    );
    expect([first.outcome, await world.made.lanes()]).toEqual(['waiting', { WP01: 'in_review' }]);
    const end = await world.run({ reviewers: { sound: GOOD_REVIEW }, resumes });
    expect([end.outcome, end.reason]).toEqual(['complete', '']);
  },
);

/** A reviewer that goes on once the file is there. */
const slowly = (said: string) => `
  const wait = () => existsSync('../../go') ? (() => { ${said} })() : setTimeout(wait, 20);
  wait();`;

/** Has a person do something while the package is in a lane. */
async function meanwhile(
  { made }: AgentsWorld,
  what: () => Promise<unknown>,
  lane = 'in_review',
): Promise<void> {
  while ((await made.lanes())['WP01'] !== lane) await pause(20);
  await what();
  made.repository.write({ go: '' });
}

const REJECT = 'say({ verdict: "changes_requested", summary: "No." });';

test.each([
  ['agrees', GOOD_REVIEW],
  ['does not', REJECT],
])(
  'a package that a person approves while it is reviewed is theirs, where the reviewer %s',
  async (_, said) => {
    const world = await agentsWorld();
    const running = world.run({ reviewer: slowly(said) });
    await meanwhile(world, () => world.made.move('WP01', 'approved', { person: 'Ada', reviewer: 'Ada' }));
    const end = await running;
    expect(story(end)).toEqual(['node implementer: handed_over', 'node reviewer: void']);
    expect(end.state.attempts[1]?.result).toMatchObject({
      reason: 'Ada has moved it to approved meanwhile, so the verdict of node does not count.',
      foundIn: 'approved',
    });
    expect(end.reason).toBe(
      'WP01 is approved, where its attempt did not bring it (Ada has moved it to approved meanwhile, so the verdict of node does not count.); if that is right, resume',
    );
    expect(await world.made.lanes()).toEqual({ WP01: 'approved' });
  },
);

test('a package that a person sends back while it is reviewed is done again', async () => {
  const world = await agentsWorld();
  const running = world.run({ reviewer: slowly(GOOD_REVIEW), maxCycles: 1, timeoutMs: 20_000 });
  await meanwhile(world, () => world.made.move('WP01', 'planned', { person: 'Ada', feedback: 'Name it.' }));
  const end = await running;
  expect(story(end).slice(0, 3)).toEqual([
    'node implementer: handed_over',
    'node reviewer: void',
    'node implementer: not_enough',
  ]);
  expect(end.state.attempts[1]?.result?.reason).toBe(
    'Ada has moved it to planned meanwhile, so the verdict of node does not count.',
  );
});

test.each(['canceled', 'blocked'])(
  'a package that is %s while it is worked on is not told to lack something',
  async (lane) => {
    const world = await agentsWorld();
    const running = world.run({ implementer: slowly(GOOD_WORK), maxCycles: 1, timeoutMs: 20_000 });
    await meanwhile(world, () => world.made.move('WP01', lane, { person: 'Ada' }), 'in_progress');
    const end = await running;
    expect(story(end)).toEqual(['node implementer: void']);
    expect(end.state.attempts[0]?.result?.reason).toBe(
      `Ada has moved it to ${lane} meanwhile, so the work of node does not count.`,
    );
    if (lane === 'blocked')
      expect(end.reason).toMatch(/^WP01 is blocked; `spec-kitty next --mission \S+` says/);
  },
);

test('a package that somebody has sent to review with open subtasks costs no review', async () => {
  const world = await agentsWorld({ subtasks: ['T001'] });
  const { made } = world;
  const cli = cliWorld(made.repository, Date.now());
  const move = (...words: readonly string[]) => runCli(cli, ['agent', 'tasks', ...words]);
  await made.claim('WP01', 'ada');
  made.gitIn('lane-a', 'commit', '--quiet', '--allow-empty', '--message', 'WP01: a');
  await move('move-task', 'WP01', '--to', 'for_review', '--force', '--note', 'Later.', '--agent', 'ada');
  made.reopen();
  const end = await world.run({ maxCycles: 2 });
  expect([end.outcome, ...story(end)]).toEqual(['waiting']);
  expect(end.reason).toBe(
    `WP01 was sent to review with open subtasks, so that nobody can approve it: T001. \`spec-kitty agent tasks mark-status T001 --status done --mission ${made.directory}\` once they are done`,
  );
  await move('mark-status', 'T001', '--status', 'done');
  made.reopen();
  const again = await world.run({ maxCycles: 2, resumes: true });
  expect([again.outcome, ...story(again)]).toEqual(['complete', 'node reviewer: approved']);
});
