import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../../../testing/sample-mission.ts';

const ROOT = `kitty-specs/${SAMPLE}`;
const INDEX = `${ROOT}/decisions/index.json`;
const ASK = ['open', '--flow', 'specify', '--slot-key', 'specify.scope', '--input-key', 'currency'];
const QUESTION = [...ASK, '--question', 'Which currency?', '--options', '["EUR","USD"]'];

function asked(files: Readonly<Record<string, string>> = {}) {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), ...files });
  const run = (...options: string[]) => runJson(world, ['agent', 'decision', ...options]);
  const open = async () => ((await run(...QUESTION)).document as { decision_id: string }).decision_id;
  return { world, run, open, read: (file: string) => world.repository.read(file) };
}

test('a question goes on record once, next waits for it, and its answer stays', async () => {
  const { world, run, open, read } = asked();
  const id = await open();
  expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  const again = await run(...QUESTION);
  expect(again).toMatchObject({
    exitCode: 0,
    document: {
      contract: 'decision_open_v2',
      decision_id: id,
      idempotent: true,
      event_lamport: null,
      artifact_path: `${ROOT}/decisions/DM-${id}.md`,
      recovery: {
        rerun_safe: true,
        idempotency_key: { origin_flow: 'specify', slot_key: 'specify.scope', step_id: null },
      },
    },
  });
  const next = await runCli(world, ['next']);
  expect(next.stdout).toContain(`spec-kitty agent decision resolve ${id} --final-answer "<answer>"`);

  const answer = ['resolve', id, '--resolved-by', 'ada', '--final-answer'];
  expect(await run(...answer, 'CHF')).toMatchObject({
    exitCode: 0,
    document: { status: 'resolved', other_answer: true, idempotent: false },
  });
  const kept = read(INDEX);
  const log = read(`${ROOT}/status.events.jsonl`);
  expect(await run(...answer, 'CHF')).toMatchObject({ exitCode: 0, document: { idempotent: true } });
  expect(await run(...answer, 'EUR')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'DECISION_TERMINAL_CONFLICT', status: 'resolved', final_answer: 'CHF' },
  });
  expect(await run('cancel', id, '--rationale', 'no')).toMatchObject({
    document: { error_code: 'DECISION_TERMINAL_CONFLICT' },
  });
  expect(await run(...QUESTION)).toMatchObject({
    document: { error_code: 'DECISION_ALREADY_CLOSED', decision_id: id, final_answer: 'CHF' },
  });
  expect([read(INDEX), read(`${ROOT}/status.events.jsonl`)]).toEqual([kept, log]);
  expect(log.match(/"event_type": "DecisionPoint\w+"/g)).toEqual([
    '"event_type": "DecisionPointOpened"',
    '"event_type": "DecisionPointResolved"',
  ]);
  expect(read(`${ROOT}/decisions/DM-${id}.md`).replaceAll(id, '<id>')).toMatchInlineSnapshot(`
    "# Decision Moment \`<id>\`

    - **Mission:** \`invoice-export-01KE6Z2V\`
    - **Origin flow:** \`specify\`
    - **Slot key:** \`specify.scope\`
    - **Input key:** \`currency\`
    - **Status:** \`resolved\`
    - **Created:** \`2026-01-05T12:01:00.000000+00:00\`
    - **Resolved:** \`2026-01-05T12:04:00.000000+00:00\`
    - **Resolved by:** \`ada\`
    - **Other answer:** \`true\`

    ## Question

    Which currency?

    ## Options

    - EUR
    - USD

    ## Final answer

    CHF

    ## Rationale

    _(none)_

    ## Change log

    - \`2026-01-05T12:01:00.000000+00:00\`: opened
    - \`2026-01-05T12:04:00.000000+00:00\`: resolved (final_answer="CHF")
    "
  `);
});

test('what is put off can be decided later, and every change is kept', async () => {
  const { run, open, read } = asked();
  const id = await open();
  expect(await run('defer', id, '--rationale', 'The bank knows')).toMatchObject({
    document: { status: 'deferred' },
  });
  expect(await run(...QUESTION)).toMatchObject({ document: { idempotent: true, status: 'deferred' } });
  expect(await run('resolve', id, '--final-answer', 'EUR')).toMatchObject({
    document: { status: 'resolved', other_answer: false },
  });
  const changes = read(`${ROOT}/decisions/DM-${id}.md`)
    .split('## Change log')[1]
    ?.match(/^- .*$/gm);
  expect(changes?.map((line) => line.replace(/`.*?`/, ''))).toEqual([
    '- : opened',
    '- : deferred',
    '- : resolved (final_answer="EUR")',
  ]);
});

test('keys and entries that somebody else wrote stay, in sorted order', async () => {
  const theirs = { decision_id: 'x', status: 'resolved', later: { b: 1, a: [2] } };
  const { open, run, read } = asked({
    [INDEX]: JSON.stringify({ version: 1, tool: 'other', entries: ['odd', theirs] }),
  });
  const id = await open();
  await run('cancel', id, '--rationale', 'no');
  const text = read(INDEX);
  const index = JSON.parse(text) as { entries: Record<string, unknown>[] };
  expect(index).toMatchObject({ tool: 'other', entries: ['odd', theirs, { decision_id: id }] });
  expect(Object.keys(index)).toEqual(['entries', 'tool', 'version']);
  expect(text.endsWith('}\n')).toBe(true);
  expect(Object.keys(index.entries[2] ?? {})).toEqual([
    'created_at',
    'decision_id',
    'final_answer',
    'input_key',
    'mission_id',
    'mission_slug',
    'opened_by',
    'options',
    'origin_flow',
    'other_answer',
    'question',
    'rationale',
    'resolved_at',
    'resolved_by',
    'slot_key',
    'status',
    'step_id',
    'summary_json',
  ]);
});

test('an entry whose row was never written gets it with the next run', async () => {
  const { run, open, read, world } = asked();
  const id = await open();
  const index = read(INDEX);
  const other = asked({ [INDEX]: index });
  expect(await other.run(...QUESTION)).toMatchObject({
    document: { decision_id: id, idempotent: true, event_lamport: 14 },
  });
  expect(other.read(`${ROOT}/decisions/DM-${id}.md`)).toBe(read(`${ROOT}/decisions/DM-${id}.md`));
  expect(other.read(INDEX)).toBe(index);
  expect(await run(...QUESTION)).toMatchObject({ document: { event_lamport: null } });
  expect(world.repository.git('diff', '--cached', '--name-only')).toBe('');
});

test('an id that leads elsewhere is nobody', async () => {
  const entry = {
    decision_id: 'x/../../spec',
    status: 'open',
    origin_flow: 'specify',
    input_key: 'currency',
  };
  const index = { entries: [{ ...entry, slot_key: 'specify.scope' }] };
  const { run, open } = asked({ [INDEX]: JSON.stringify(index) });
  expect(await run('resolve', 'x/../../spec', '--final-answer', 'a')).toMatchObject({
    document: { error_code: 'DECISION_NOT_FOUND', candidates: [] },
  });
  expect(await open()).toMatch(/^\w{26}$/);
});

test('what cannot be recorded says why, and leaves everything as it is', async () => {
  const { run, open } = asked();
  expect(await run(...ASK.slice(0, 3), '--input-key', 'a', '--question', 'b')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'DECISION_MISSING_STEP_OR_SLOT' },
  });
  for (const options of ['{', '{"a":1}', '[1]'])
    expect(await run(...ASK, '--question', 'b', '--options', options)).toMatchObject({
      exitCode: 2,
      document: { error_code: 'OPTION_INVALID' },
    });
  const id = await open();
  expect(await run('resolve', 'nobody', '--final-answer', 'a')).toMatchObject({
    exitCode: 1,
    document: { error_code: 'DECISION_NOT_FOUND', candidates: [id] },
  });
  for (const [text, line] of [
    ['{\n  "entries": [\n', 2],
    ['{"version": 1}', 1],
  ] as const) {
    const damaged = asked({ [INDEX]: text });
    for (const command of [QUESTION, ['resolve', id, '--final-answer', 'a'], ['verify']])
      expect(await damaged.run(...command)).toMatchObject({
        exitCode: 1,
        document: { error_code: 'DECISIONS_INVALID', file: INDEX, line },
      });
    expect(damaged.read(INDEX)).toBe(text);
  }
});

test('verify holds markers and decisions against each other, both ways', async () => {
  const { world, run, open } = asked();
  const write = (line: string) =>
    world.repository.write({ [`${ROOT}/spec.md`]: `- FR-001: Pay.\n${line}\n` });
  const verify = async (...flags: string[]) => (await run('verify', ...flags)).document;
  const id = await open();
  const marker = `[NEEDS CLARIFICATION: Which?] <!-- decision_id: ${id} -->`;
  expect(await verify()).toMatchObject({ status: 'clean', findings: [], marker_count: 0, deferred_count: 0 });
  write('NEEDS CLARIFICATION');
  expect(await run('verify')).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'DECISION_VERIFY_DRIFT',
      status: 'drift',
      findings: [{ kind: 'marker_without_decision', file: `${ROOT}/spec.md`, line: 2, decision_id: null }],
    },
  });
  write(marker.replace(id, '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C'));
  expect(await verify()).toMatchObject({ findings: [{ kind: 'marker_without_decision' }] });
  write(marker);
  expect(await verify()).toMatchObject({ status: 'clean', marker_count: 1 });
  await run('defer', id, '--rationale', 'Friday');
  expect(await verify()).toMatchObject({ status: 'clean', marker_count: 1, deferred_count: 1 });
  write('');
  expect(await verify()).toMatchObject({
    status: 'drift',
    findings: [{ kind: 'deferred_without_marker', decision_id: id, line: null }],
  });
  await run('resolve', id, '--final-answer', 'EUR');
  write(marker);
  expect(await run('verify')).toMatchObject({
    exitCode: 0,
    document: { status: 'stale', findings: [{ kind: 'stale_marker', line: 2, decision_id: id }] },
  });
  expect(await run('verify', '--fail-on-stale')).toMatchObject({
    exitCode: 1,
    document: { status: 'drift' },
  });
});
