import { expect, test } from 'vitest';
import { readRetrospective } from './read-retrospective.ts';
import { retrospectiveText } from './retrospective-text.ts';

const FACTS = {
  mission: { directory: 'pay-01KE6Z2V', missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', meta: {} },
  at: '2026-01-05T12:00:00.000000+00:00',
  by: 'ada: "x" # y',
  version: '4.0.0',
  history: [],
};

test('what is written has every key and is read back as the same', () => {
  const lesson = { category: 'review', summary: 'WP01: "sent" # back\n', events: ['a', 'b'] } as const;
  const text = retrospectiveText({ helped: [], notHelpful: [lesson], gaps: [] }, FACTS);
  const read = readRetrospective(text);
  expect(read).toMatchObject({
    ok: true,
    findingsStatus: 'has_findings',
    createdAt: FACTS.at,
    helped: [],
    notHelpful: [{ id: 'N1', category: 'review', summary: lesson.summary }],
  });
  expect(read.ok && Object.keys(read.values).join(' ')).toBe(
    'schema_version mission_id mission_slug mission_number friendly_name mission_type target_branch created_at ' +
      'created_by provenance policy_source findings_status helped not_helpful gaps proposals evidence_refs ' +
      'generator_version provenance_history',
  );
  expect(read.ok && read.values).toMatchObject({
    schema_version: '1',
    mission_number: null,
    created_by: { display: FACTS.by },
    not_helpful: [{ evidence_refs: ['E1'] }],
    evidence_refs: [{ id: 'E1', range: 'a b', path: 'kitty-specs/pay-01KE6Z2V/status.events.jsonl' }],
  });
  const empty = retrospectiveText({ helped: [], notHelpful: [], gaps: [] }, FACTS);
  expect(readRetrospective(empty)).toMatchObject({ findingsStatus: 'ran_no_findings' });
});

test('what others write is read as far as it goes', () => {
  expect(
    readRetrospective('helped: [fast, {description: d}, 3]\ngaps: none\nproposals:\n- {title: t, id: P1}\n'),
  ).toMatchObject({
    ok: true,
    findingsStatus: null,
    helped: [
      { id: null, category: 'other', summary: 'fast' },
      { category: 'other', summary: 'd' },
    ],
    gaps: [],
    proposals: [{ id: 'P1', summary: 't' }],
  });
  expect(readRetrospective('a: 1\nb: [\n')).toMatchObject({ ok: false, line: 3 });
});
