import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { acceptMission } from './accept-mission.ts';

const world = new MissionWorld();
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const DECISION = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D';

function asked(status: string): void {
  const entry = { decision_id: DECISION, status, question: 'Which format?' };
  world.repository.write({
    [`${world.folder}/decisions/index.json`]: JSON.stringify({ entries: [entry] }),
  });
}

async function next() {
  return askNext(await (await world.workspace()).view(world.directory), null);
}

/** What `accept --diagnose` finds in the way. */
async function failed(): Promise<readonly string[]> {
  const request = { mission: world.directory, actor: 'ada', mode: 'checklist', commit: false } as const;
  const { readiness } = await acceptMission(await world.workspace(), request);
  return readiness.failedChecks.map(({ detail }) => detail);
}

test('an open decision stands in the way for everybody, before the acceptance and after it', async () => {
  const open = 'the question "Which format?" has no answer';
  const refused = {
    code: 'MISSION_NOT_READY',
    message: expect.stringContaining(open),
    hints: expect.arrayContaining([expect.stringContaining(`decision resolve ${DECISION} --final-answer`)]),
  };
  asked('open');
  expect([(await next()).kind, await failed()]).toEqual(['decision_required', [open]]);
  await expect(world.accept()).rejects.toMatchObject(refused);
  await expect(world.merge({ withoutAcceptance: true, dryRun: true })).resolves.toBeDefined();

  asked('resolved');
  expect([await next(), await failed()]).toMatchObject([{ action: 'accept' }, []]);
  await world.accept();
  asked('open');
  expect([(await next()).kind, await failed()]).toEqual(['decision_required', [open]]);
  for (const step of [() => world.accept(), () => world.merge()])
    await expect(step()).rejects.toMatchObject(refused);
  asked('deferred');
  await world.merge();
});

test('what was accepted is merged whatever its documents say since, and all say so', async () => {
  await world.accept();
  world.repository.git('rm', '--quiet', `${world.folder}/plan.md`);
  world.repository.commit('unclear', { [`${world.folder}/spec.md`]: 'FR-001 NEEDS CLARIFICATION: which?\n' });
  expect([await next(), await failed()]).toMatchObject([{ action: 'merge' }, []]);
  expect(await world.accept()).toMatchObject({ already: true });
  await world.merge();
});

test('what is judged otherwise after the acceptance is told before the merge refuses it', async () => {
  await world.accept();
  const file = `${world.folder}/acceptance-matrix.json`;
  world.repository.write({ [file]: '{"criteria": [{"id": "FR-001", "pass_fail": "fail"}]}\n' });
  const said = `FR-001 fails (${file}:1)`;
  expect(await failed()).toEqual([said]);
  expect(await next()).toMatchObject({
    action: 'merge',
    reason: `Before it can be merged: ${said}.`,
  });
  await expect(world.merge()).rejects.toMatchObject({ code: 'ACCEPTANCE_MATRIX_OPEN' });
});
