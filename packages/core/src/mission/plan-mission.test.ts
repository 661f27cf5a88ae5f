import { expect, test } from 'vitest';
import { planFinalization } from '../finalize/plan-finalization.ts';
import { SOUND } from '../finalize/testing/sound-mission.ts';
import { planMission } from './plan-mission.ts';

const README =
  planMission({
    slug: 'pay',
    missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
    eventId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D',
    at: '2026-01-05T12:00:00.000000+00:00',
    targetBranch: 'main',
    missionType: 'software-dev',
    friendlyName: undefined,
    purposeTldr: undefined,
    purposeContext: undefined,
    prBound: false,
    project: { uuid: null, slug: null },
  }).files['tasks/README.md'] ?? '';

const EXAMPLE = /```yaml\n([^`]+)```/.exec(README)?.[1] ?? '';

/** Finalizes packages that are written exactly like the example, the second depending on what is given. */
function finalized(dependencies: string) {
  const second = EXAMPLE.replace('WP01', 'WP02').replace('dependencies: []', `dependencies: ${dependencies}`);
  return planFinalization({
    ...SOUND,
    files: [EXAMPLE, second].map((text, index) => ({
      name: `WP0${index + 1}-x.md`,
      text: `${text}\n# Do it\n`,
    })),
    tasksMd: '## WP01: One\n\n## WP02: Two\n',
    trackedFiles: [],
  });
}

test('the form that tasks/README.md shows can be finalized, and what it says of common files is so', () => {
  expect(finalized('[]')).toMatchObject({ ok: false, refusal: { code: 'OWNERSHIP_INVALID' } });
  expect(finalized('[WP01]')).toMatchObject({
    ok: true,
    plan: { seeds: ['WP01', 'WP02'], lanes: { lanes: [{ lane_id: 'lane-a', wp_ids: ['WP01', 'WP02'] }] } },
  });
  expect(README).toContain('must depend on each other');
});
