import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { laneRow, walk } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { findLessons } from './find-lessons.ts';
import { spanOf } from './span-of.ts';

const TO_REVIEW = ['planned', 'claimed', 'in_progress', 'for_review', 'in_review'] as const;
const said = (events: readonly LaneEvent[]) => {
  const { helped, notHelpful, gaps } = findLessons(events);
  const lines = (sign: string, found: typeof helped) => found.map(({ summary }) => `${sign} ${summary}`);
  return [...lines('+', helped), ...lines('-', notHelpful), ...lines('?', gaps)];
};

function passed(wp: string, hours: number): readonly LaneEvent[] {
  const rows = walk([...TO_REVIEW, 'approved'], { wp_id: wp });
  return rows.map((row, index) => ({
    ...row,
    event_id: `${wp}-${index}`,
    at: index < rows.length - 1 ? '2026-01-05T10:00:00+00:00' : `2026-01-05T${10 + hours}:00:00+00:00`,
  }));
}

test('a log without moves teaches nothing', () => {
  expect(findLessons([])).toEqual({ helped: [], notHelpful: [], gaps: [] });
  expect(said(walk(TO_REVIEW))).toEqual([]);
});

test('a package that came back is told with the events that show it, and is not told as force', () => {
  const back = { from_lane: 'in_review', to_lane: 'planned', review_ref: 'review-cycle://x' } as const;
  const events = [...walk(TO_REVIEW), laneRow(5, { ...back, force: true }), laneRow(20, back)];
  expect(findLessons(events).notHelpful).toEqual([
    {
      category: 'review',
      summary: 'WP01 was sent back 2 times.',
      events: [laneRow(5).event_id, laneRow(20).event_id],
    },
  ]);
  const approval = laneRow(30, { from_lane: 'in_review', to_lane: 'approved' });
  expect(said([...events, approval, ...passed('WP02', 1)])).toEqual([
    '+ 1 of 2 approved packages passed the first review.',
    '- WP01 was sent back 2 times.',
  ]);
});

test('force, blocks and words in place of proof are told', () => {
  const forced = { from_lane: 'planned', to_lane: 'approved', force: true } as const;
  expect(said([laneRow(1, forced), laneRow(2, { ...forced, wp_id: 'WP02' })])).toEqual([
    '- WP01 was moved by force 1 time: to approved.',
    '- WP02 was moved by force 1 time: to approved.',
  ]);
  const block = laneRow(1, { to_lane: 'blocked', at: '2026-01-05T10:00:00Z' });
  const resume = laneRow(2, { from_lane: 'blocked', to_lane: 'in_progress', at: '2026-01-05T12:30:00Z' });
  expect(said([resume, block])).toEqual(['- WP01 was blocked 1 time, 2 h 30 min in all.']);
  expect(said([block])).toEqual(['- WP01 was blocked 1 time.']);
  expect(said([{ ...block, at: 'once' }, resume])).toEqual(['- WP01 was blocked 1 time.']);
  const done = laneRow(1, {
    from_lane: 'approved',
    to_lane: 'done',
    reason: 'Done override: merged by hand',
  });
  expect(said([done])).toEqual([`? WP01 is done on somebody's word that its work has landed.`]);
});

test('a package that took more than twice as long as the one in the middle is told', () => {
  const three = (third: number) => [...passed('WP01', 2), ...passed('WP02', 3), ...passed('WP03', third)];
  expect(said(three(7))).toEqual([
    '+ 3 of 3 approved packages passed the first review.',
    '- WP03 took 7 h from its claim to its approval; the one in the middle took 3 h.',
  ]);
  expect(said(three(6))).toHaveLength(1);
  expect(said([...passed('WP01', 1), ...passed('WP03', 9)])).toHaveLength(1);
});

test('a span is told in its two largest units', () => {
  const second = 1_000_000;
  expect([0, 59, 60, 3661, 90_000, 86_400 + 59].map((one) => spanOf(one * second))).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h 1 min',
    '1 d 1 h',
    '1 d',
  ]);
});
