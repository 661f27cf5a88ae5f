import type { Fault } from '@spec-kitty/core/fault';
import { expect, test } from 'vitest';
import { readPolicy } from './policy.ts';

const POLICY = {
  orchestrator_id: 'conductor',
  orchestrator_version: '1.0.0',
  agent_family: 'claude',
  approval_mode: 'supervised',
  sandbox_mode: 'workspace_write',
  network_mode: 'none',
  dangerous_flags: [] as unknown[],
};

function problems(more: object): readonly string[] {
  try {
    readPolicy(JSON.stringify({ ...POLICY, ...more }), 'in_progress');
    return [];
  } catch (error) {
    expect((error as Fault).code).toBe('POLICY_VALIDATION_FAILED');
    return (error as Fault).details['problems'] as string[];
  }
}

test('a sound policy is kept whole, keys that nobody knows included', () => {
  const policy = { ...POLICY, tool_restrictions: null, region: { name: 'eu' } };
  expect(readPolicy(JSON.stringify(policy), 'claimed')).toEqual(policy);
});

test.each(['claimed', 'in_progress', 'for_review', 'in_review', 'approved', 'doing'])(
  'a move to %s needs one',
  (lane) =>
    expect(() => readPolicy(undefined, lane)).toThrow(
      expect.objectContaining({ code: 'POLICY_METADATA_REQUIRED' }),
    ),
);

test.each(['planned', 'done', 'blocked', 'canceled', 'nowhere'])('a move to %s needs none', (lane) => {
  expect(readPolicy(undefined, lane)).toBeUndefined();
});

test.each([
  ['[]', 'It is not a JSON object.'],
  ['"text"', 'It is not a JSON object.'],
  ['null', 'It is not a JSON object.'],
  ['', 'It is not JSON from line 1, column 1 on.'],
  ['{"a":', 'It is not JSON from line 1, column 6 on.'],
  ['{"a":\n hunter2}', 'It is not JSON from line 2, column 2 on.'],
])('%j is no policy', (text, why) => {
  expect(() => readPolicy(text, 'done')).toThrow(new RegExp(`^The policy cannot be used: ${why}$`));
});

test.each([
  [{ agent_family: ' ' }, 'agent_family is not a text.'],
  [{ network_mode: 1 }, 'network_mode is not a text.'],
  [{ dangerous_flags: 'none' }, 'dangerous_flags is not a list of texts.'],
  [{ dangerous_flags: [1] }, 'dangerous_flags is not a list of texts.'],
  [{ dangerous_flags: ['--YOLO=1'] }, '"--YOLO=1" in dangerous_flags is never allowed.'],
  [{ dangerous_flags: ['-v', '--full-auto'] }, '"--full-auto" in dangerous_flags is never allowed.'],
  [{ tool_restrictions: [] }, 'tool_restrictions is neither a text nor null.'],
  [{ base_commit: 'f00' }, 'base_commit is a key that Spec Kitty writes itself.'],
])('%j is refused', (more, problem) => {
  expect(problems(more)).toEqual([problem]);
});

test.each(['api_key', 'apiKey', 'X-Auth-Token', 'the secrets', 'PASSWORD', 'aws credentials', 'my key.'])(
  'a value that says "%s" may hold a secret',
  (text) => expect(problems({ extra: { list: [text] } })).toEqual(['extra.list.0 has a word for a secret.']),
);

test.each(['keyboard', 'tokenizer', 'monkeys', 'secretary', 'turkey', 'passwordless'])(
  'a value that says "%s" holds none',
  (text) => expect(problems({ extra: text })).toEqual([]),
);

test('what is nested too deep to be looked through is refused', () => {
  const deep = `${'['.repeat(20_000)}"x"${']'.repeat(20_000)}`;
  const text = `${JSON.stringify(POLICY).slice(0, -1)},"x":${deep}}`;
  expect(() => readPolicy(text, 'claimed')).toThrow('is nested too deep to be looked through.');
});

test('names of keys are no values', () => {
  expect(problems({ token_budget: 5, key: 'value' })).toEqual([]);
});
