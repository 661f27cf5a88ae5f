import { expect, test } from 'vitest';
import { isSlug, type NewMission, planMission } from './plan-mission.ts';

const MISSION: NewMission = {
  slug: 'invoice-export',
  missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  eventId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D',
  at: '2026-01-05T12:00:00.000000+00:00',
  targetBranch: 'main',
  missionType: 'software-dev',
  friendlyName: undefined,
  purposeTldr: undefined,
  purposeContext: undefined,
  prBound: false,
  project: { uuid: 'u-1', slug: 'pay' },
};

test.each([
  ['a', true],
  ['invoice-export', true],
  ['079-post', true],
  ['a'.repeat(80), true],
  ['a'.repeat(81), false],
  ['', false],
  ['A', false],
  ['a-', false],
  ['-a', false],
  ['a--b', false],
  ['a b', false],
  ['a/b', false],
  ['a\n', false],
])('the human part of a name: %j is one: %s', (text, expected) => {
  expect(isSlug(text)).toBe(expected);
});

test('directory, meta.json and the first row name the mission alike', () => {
  const { directory, meta, files, created } = planMission(MISSION);
  expect(directory).toBe('invoice-export-01KE6Z2V');
  expect(meta).toStrictEqual({
    created_at: MISSION.at,
    friendly_name: 'Invoice export',
    mission_id: MISSION.missionId,
    mission_number: null,
    mission_slug: directory,
    mission_type: 'software-dev',
    slug: directory,
    target_branch: 'main',
    topology: 'lanes',
    vcs: 'git',
  });
  expect(JSON.parse(files['meta.json'] ?? '')).toEqual(meta);
  expect(Object.keys(files).toSorted()).toEqual(['meta.json', 'spec.md', 'tasks/README.md']);
  expect(created).toEqual({
    aggregate_id: MISSION.missionId,
    aggregate_type: 'Mission',
    event_id: MISSION.eventId,
    event_type: 'MissionCreated',
    payload: {
      created_at: MISSION.at,
      friendly_name: 'Invoice export',
      mission_id: MISSION.missionId,
      mission_number: null,
      mission_slug: directory,
      mission_type: 'software-dev',
      target_branch: 'main',
    },
    project_slug: 'pay',
    project_uuid: 'u-1',
    schema_version: '5.0.0',
    timestamp: MISSION.at,
  });
});

test('what a person says about it is kept, and what they do not say has no key', () => {
  const said = {
    friendlyName: 'Bills',
    purposeTldr: 'Export bills.',
    purposeContext: 'Tax office.',
    prBound: true,
  };
  const { meta, files } = planMission({ ...MISSION, ...said });
  expect(meta).toMatchObject({
    friendly_name: 'Bills',
    purpose_tldr: 'Export bills.',
    purpose_context: 'Tax office.',
    pr_bound: true,
  });
  expect(files['spec.md']).toContain('Bills');
  expect(files['spec.md']).toContain('Export bills.');
});
