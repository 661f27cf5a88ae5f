import { missionView } from '@spec-kitty/testkit/mission-view';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { findPackage } from './find-package.ts';

test('a package that the log has and no file is said to be that, with how its file comes back', () => {
  const rows = [laneRow(1, { wp_id: 'WP02', from_lane: 'genesis', to_lane: 'planned' })];
  const view = missionView({ packages: [{ id: 'WP01' }], rows });
  const find = (named: string) => () => findPackage(view, named);
  expect(find('WP02')).toThrow(
    expect.objectContaining({
      code: 'WP_NOT_FOUND',
      message: 'pay-01KE6Z2V has no work package "WP02": the log has it, and no file of the plan here.',
      hints: expect.arrayContaining(['It has: WP01.', expect.stringContaining('git log --all')]),
    }),
  );
  expect(find('WP03')).toThrow(
    expect.objectContaining({
      message: 'pay-01KE6Z2V has no work package "WP03".',
      hints: ['It has: WP01.'],
    }),
  );
});
