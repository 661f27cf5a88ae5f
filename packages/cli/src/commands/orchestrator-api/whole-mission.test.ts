import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { missionWorld, type MissionWorld } from '@spec-kitty/testkit/mission-world';
import { expect, test } from 'vitest';
import { cliWorld } from '../../testing/run-cli.ts';
import { runEnvelope } from '../../testing/run-envelope.ts';

const POLICY = JSON.stringify({
  orchestrator_id: 'conductor',
  orchestrator_version: '1.0.0',
  agent_family: 'claude',
  approval_mode: 'supervised',
  sandbox_mode: 'workspace_write',
  network_mode: 'none',
  dangerous_flags: [],
});

type Call = (line: string, ...more: string[]) => Promise<Readonly<Record<string, unknown>>>;

/** Calls commands about one mission by its short handle, as an orchestrator would; whatever fails is an error. */
function conductor({ repository, directory, missionId }: MissionWorld): Call {
  const cli = cliWorld(repository);
  return async (line: string, ...more: string[]) => {
    const { success, data, exitCode } = await runEnvelope(cli, [
      ...line.split(' '),
      '--mission',
      'pay',
      ...more,
    ]);
    if (!success) throw new Error(JSON.stringify(data));
    expect([exitCode, data['mission_id'], data['mission_slug'], data['mission_type']]).toEqual([
      0,
      missionId,
      directory,
      '',
    ]);
    return data;
  };
}

/** Everything between a claim and an approval, with a verdict that asks for changes. */
async function deliver(
  world: MissionWorld,
  call: Call,
  { wp, lane, file }: { wp: string; lane: string; file: string },
) {
  const result = (verdict: string, reference: string) =>
    JSON.stringify({ reviewer: 'codex', verdict, reference });
  const implement = `start-implementation --wp ${wp} --actor claude`;
  const submit = `transition --wp ${wp} --to for_review --actor claude`;
  const judge = (to: string, ...more: string[]) =>
    call(
      `transition --wp ${wp} --actor codex --to ${to}`,
      '--policy',
      POLICY,
      '--review-result-json',
      ...more,
    );
  const started = await call(implement, '--policy', POLICY);
  expect(started).toMatchObject({
    from_lane: 'planned',
    to_lane: 'in_progress',
    no_op: false,
    policy_metadata_recorded: true,
    workspace_path: world.lane(lane),
    prompt_path: path.join(world.repository.root, world.folder, `tasks/${wp}-package.md`),
    lane_base_ref: 'main',
    review_feedback_path: null,
  });
  expect(await call(`resolve-workspace --wp ${wp}`)).toMatchObject({
    workspace_path: started['workspace_path'],
    lane_branch: started['lane_branch'],
    workspace_present: true,
  });
  world.work(lane, { [file]: 'first\n' });
  await call(submit, '--policy', POLICY, '--subtasks-complete');
  expect(await call(`start-review --wp ${wp} --actor codex`, '--policy', POLICY)).toMatchObject({
    from_lane: 'for_review',
    to_lane: 'in_review',
    changed_files: [file],
    changed_outside_owned: [],
  });
  await judge('in_progress', result('changes_requested', 'cycle-1'));
  expect(await call(implement, '--policy', POLICY)).toMatchObject({
    from_lane: 'in_progress',
    no_op: true,
    policy_metadata_recorded: false,
  });
  const commit = world.work(lane, { [file]: 'second\n' });
  await call(submit, '--policy', POLICY, '--subtasks-complete');
  await call(`start-review --wp ${wp} --actor codex --review-ref second-look`, '--policy', POLICY);
  expect(await call(`start-review --wp ${wp} --actor codex`, '--policy', POLICY)).toMatchObject({
    no_op: true,
  });
  const approved = await judge('approved', result('approved', 'cycle-2'));
  expect(approved).toMatchObject({ from_lane: 'in_review', to_lane: 'approved', commit });
}

test('a mission goes from its first claim to its merge with nothing else', async () => {
  const world = missionWorld();
  const { repository } = world;
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] },
    { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
  ]);
  const call = conductor(world);
  const ready = async () =>
    ((await call('list-ready'))['ready_work_packages'] as { wp_id: string }[]).map(({ wp_id: id }) => id);

  expect(await ready()).toEqual(['WP01']);
  await deliver(world, call, { wp: 'WP01', lane: 'lane-a', file: 'src/a.js' });
  expect(await ready()).toEqual(['WP02']);
  const note = await call('append-history --wp WP01 --actor conductor', '--note', 'went well');
  await deliver(world, call, { wp: 'WP02', lane: 'lane-b', file: 'src/b.js' });
  expect(await call('mission-state')).toMatchObject({
    summary: { total: 2, approved: 2, planned: 0 },
    work_packages: [
      {
        wp_id: 'WP01',
        lane: 'approved',
        dependencies: [],
        last_actor: 'codex',
        agent: 'claude',
        notes: [expect.stringContaining('conductor: went well')],
      },
      { wp_id: 'WP02', dependencies: ['WP01'] },
    ],
  });

  const file = `${world.folder}/tasks/WP02-package.md`;
  const text = repository.read(file);
  rmSync(path.join(repository.root, file));
  expect(await call('mission-state')).toMatchObject({ summary: { total: 2, approved: 2 } });
  repository.write({ [file]: text });

  expect(await call('accept-mission --actor ada')).toMatchObject({
    mode: 'local',
    already_accepted: false,
    accepted_wps: ['WP01', 'WP02'],
    merge_pending_wps: ['WP01', 'WP02'],
    done_wps: [],
  });
  const merged = await call('merge-mission --target main');
  expect(merged).toMatchObject({
    merged: true,
    strategy: 'squash',
    target_branch: 'main',
    merged_wps: ['WP01', 'WP02'],
    worktree_removed: true,
    commit: repository.git('rev-parse', 'main~1'),
    mission_number: '1',
  });
  expect(
    ['a', 'b'].map((name) => readFileSync(path.join(repository.root, `src/${name}.js`), 'utf8')),
  ).toEqual(['second\n', 'second\n']);
  expect(await call('merge-mission')).toEqual({
    ...merged,
    merged_wps: [],
    strategy: null,
  });

  world.reopen();
  const { laneEvents, annotations } = await (await world.workspace()).log.read(world);
  // A handle is never what an event calls the mission.
  expect(new Set(laneEvents.map(({ mission_slug: slug }) => slug))).toEqual(new Set([world.directory]));
  const claim = laneEvents.find(({ to_lane: to }) => to === 'in_progress');
  expect(claim?.policy_metadata).toMatchObject({ ...JSON.parse(POLICY), agent: 'claude', lane_id: 'lane-a' });
  for (const row of laneEvents.filter(({ actor }) => actor === 'claude' || actor === 'codex'))
    expect(row.policy_metadata, row.to_lane).toMatchObject(JSON.parse(POLICY));
  expect(laneEvents.find(({ review_ref: ref }) => ref === 'second-look')).toMatchObject({
    to_lane: 'in_review',
  });
  expect(annotations.map(({ event_id: id }) => id)).toContain(note['event_id']);
});
