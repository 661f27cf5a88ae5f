import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// One approved and accepted package; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.accept();
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

const file = (name: string) => `${world.folder}/${name}`;
const write = (name: string, document: unknown) =>
  repository.write({ [file(name)]: `${JSON.stringify(document, null, 2)}\n` });
const criteria = (pass_fail: string) =>
  write('acceptance-matrix.json', {
    criteria: [{ criterion_id: 'FR-001', description: 'It works', pass_fail }],
  });
const issues = (verdict: string) => write('issue-matrix.json', { rows: { '#1': { verdict } } });

test('nothing is accepted whose matrices are open, and the refusal names line and next command', async () => {
  criteria('pending');
  issues('unknown');
  await expect(world.accept()).rejects.toMatchObject({
    code: 'MISSION_NOT_READY',
    hints: [
      `Judge it with \`spec-kitty agent mission acceptance-verdict --criterion FR-001 --result pass --evidence <reference> --mission ${world.directory}\`.`,
      `Settle it with \`spec-kitty agent issue-verdict --issue '#1' --verdict fixed --evidence <reference> --mission ${world.directory}\`.`,
      expect.stringContaining('spec-kitty next'),
    ],
    details: {
      failed_checks: [
        { check: 'acceptance_matrix', file: file('acceptance-matrix.json'), line: 4, rows: ['FR-001'] },
        { check: 'issue_matrix', file: file('issue-matrix.json'), line: 3, rows: ['#1'] },
      ],
    },
  });
  criteria('pass');
  issues('fixed');
  // Its files belong to what is accepted, so the next acceptance commits them.
  expect(await world.accept()).toMatchObject({ already: true, committed: true });
});

test('what was judged otherwise since is merged only without acceptance', async () => {
  criteria('fail');
  const before = repository.git('rev-parse', 'main');
  await expect(world.merge()).rejects.toMatchObject({
    code: 'ACCEPTANCE_MATRIX_OPEN',
    message: `Acceptance criteria of the mission are not met: FR-001 fails (${file('acceptance-matrix.json')}:4).`,
    details: { file: file('acceptance-matrix.json'), line: 4 },
  });
  expect(repository.git('rev-parse', 'main')).toBe(before);
  await world.merge({ withoutAcceptance: true });
  expect(await world.lanes()).toEqual({ WP01: 'done' });
});

test('an open issue lets nothing become done, whoever insists', async () => {
  issues('in-mission');
  const open = { code: 'ISSUE_MATRIX_OPEN', message: expect.stringContaining('#1 is in-mission') };
  for (const more of [{}, { withoutAcceptance: true }, { dryRun: true }, { destination: 'branch' as const }])
    await expect(world.merge(more)).rejects.toMatchObject(open);
  await expect(world.move('WP01', 'done', { agent: 'ada', force: true, note: 'now' })).rejects.toMatchObject(
    open,
  );
  issues('deferred-with-followup');
  await world.merge();
  expect(await world.lanes()).toEqual({ WP01: 'done' });
});
