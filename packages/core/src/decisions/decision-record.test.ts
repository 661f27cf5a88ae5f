import { expect, test } from 'vitest';
import { decisionPage, decisionPageText } from './decision-record.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';

test('a page tells the whole entry, and keeps what its change log has told before', () => {
  const asked = {
    decision_id: ID,
    mission_slug: 'pay-01KE6Z2V',
    origin_flow: 'specify',
    step_id: null,
    slot_key: 'specify.scope',
    input_key: 'bank',
    status: 'open',
    question: ' Which bank? ',
    options: ['Here', 'There'],
    final_answer: null,
    created_at: '2026-01-05T12:00:00+00:00',
    other_answer: false,
  };
  const first = decisionPageText(asked, undefined, 'opened');
  expect(first).toMatchInlineSnapshot(`
    "# Decision Moment \`01KE6Z2V3M8Q4T5X6Y7Z8A9B0C\`

    - **Mission:** \`pay-01KE6Z2V\`
    - **Origin flow:** \`specify\`
    - **Slot key:** \`specify.scope\`
    - **Input key:** \`bank\`
    - **Status:** \`open\`
    - **Created:** \`2026-01-05T12:00:00+00:00\`
    - **Other answer:** \`false\`

    ## Question

    Which bank?

    ## Options

    - Here
    - There

    ## Final answer

    _(none)_

    ## Rationale

    _(none)_

    ## Change log

    - opened
    "
  `);
  const answered = {
    ...asked,
    step_id: 'step-2',
    status: 'resolved',
    final_answer: 'Here',
    rationale: 'It is near.',
    resolved_at: '2026-01-06T12:00:00+00:00',
    resolved_by: 'ada',
    options: 'none',
  };
  const crlf = first.replaceAll('\n', '\r\n');
  for (const before of [first, crlf])
    expect(decisionPageText(answered, before, 'resolved')).toMatchInlineSnapshot(`
      "# Decision Moment \`01KE6Z2V3M8Q4T5X6Y7Z8A9B0C\`

      - **Mission:** \`pay-01KE6Z2V\`
      - **Origin flow:** \`specify\`
      - **Step:** \`step-2\`
      - **Slot key:** \`specify.scope\`
      - **Input key:** \`bank\`
      - **Status:** \`resolved\`
      - **Created:** \`2026-01-05T12:00:00+00:00\`
      - **Resolved:** \`2026-01-06T12:00:00+00:00\`
      - **Resolved by:** \`ada\`
      - **Other answer:** \`false\`

      ## Question

      Which bank?

      ## Options

      _(none)_

      ## Final answer

      Here

      ## Rationale

      It is near.

      ## Change log

      - opened
      - resolved
      "
    `);
});

test('only the last change log of a page counts, and no bullet before it', () => {
  const before =
    'x\n## Change log\n\n- of a quotation\n\n## Question\n\n- no\n\n## Change log\n\n- kept\nnot this\n';
  const page = decisionPageText({ decision_id: ID }, before, 'added');
  expect(page.slice(page.indexOf('## Change log'))).toBe('## Change log\n\n- kept\n- added\n');
  expect(decisionPageText({}, '- nothing here\n', 'added')).toMatch(/## Change log\n\n- added\n$/);
});

test('what an entry says stays code on its page, and a page lies beside the index', () => {
  expect(decisionPageText({ decision_id: 'a`b`', question: 7 }, undefined, 'x')).toMatch(
    /^# Decision Moment `a'b'`\n\n\n\n## Question\n\n_\(none\)_\n/,
  );
  expect(decisionPage(ID)).toBe(`decisions/DM-${ID}.md`);
});
