import { expect, test } from 'vitest';
import { keyMeaning, loggedOutAnswer, mayAsk } from './logged-out-recovery.ts';

const NONE = { repositorySlug: null, projectSlug: null, privateTeam: null };

test('A-22 (function): the first tie names the teamspace, and where nobody can be asked it is one line', () => {
  const all = { repositorySlug: 'repository', projectSlug: 'project', privateTeam: 'team' };
  for (const [ties, name] of [
    [all, 'repository'],
    [{ ...all, repositorySlug: null }, 'project'],
    [{ ...NONE, privateTeam: 'team' }, 'team'],
  ] as const) {
    expect(loggedOutAnswer(ties, 'sync-now', true)).toEqual({ kind: 'ask', teamspace: name });
    expect(loggedOutAnswer(ties, 'sync-now', false)).toEqual({
      kind: 'line',
      line: `spec-kitty: logged_out_on_connected_teamspace teamspace=${name} command=sync-now action=run-spec-kitty-auth-login`,
    });
  }
  expect(loggedOutAnswer(NONE, 'sync-now', true)).toEqual({ kind: 'plain' });
  expect(loggedOutAnswer(NONE, 'sync-now', false)).toEqual({ kind: 'plain' });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ SPEC_KITTY_NON_INTERACTIVE: 'yes' }, true, false],
  [{ SPEC_KITTY_FORCE_INTERACTIVE: '1' }, false, true],
  [{ SPEC_KITTY_FORCE_INTERACTIVE: 'on', SPEC_KITTY_NON_INTERACTIVE: '1' }, false, true],
  [{ SPEC_KITTY_FORCE_INTERACTIVE: '0' }, false, false],
])('A-22 (function): with %j at a terminal (%s), a person may be asked: %s', (env, isTerminal, expected) => {
  expect(mayAsk(env, isTerminal)).toBe(expected);
});

test.each([
  ['L', 'log in'],
  ['l\n', 'log in'],
  ['q', 'quit'],
  ['S', 'go on'],
  ['x', 'go on'],
  ['', 'go on'],
])('A-22 (function): the key %j means %s', (key, meaning) => {
  expect(keyMeaning(key)).toBe(meaning);
});
