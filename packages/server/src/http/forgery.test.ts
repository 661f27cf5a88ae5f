import { expect, test } from 'vitest';
import { Keyring, newKey } from '../keys/keyring.ts';
import type { Teamspace } from '../teamspace.ts';
import { formToken, isOurForm, type Provenance } from './forgery.ts';

const ORIGIN = 'https://teamspace.test';
const teamspace = {
  keyring: new Keyring([newKey('2026-01-01T00:00:00Z')]),
  publicUrl: ORIGIN,
} as Teamspace;
const token = formToken(teamspace, 'form', 'session');

type Row = [string, Provenance, string | undefined, string | undefined, boolean];

test.each<Row>([
  ['one of ours', { origin: ORIGIN, site: 'same-origin', token }, 'form', 'session', true],
  ['a browser that says nothing', { origin: undefined, site: undefined, token }, 'form', 'session', true],
  ['another origin', { origin: 'https://evil.test', site: undefined, token }, 'form', 'session', false],
  ['an origin that is hidden', { origin: 'null', site: undefined, token }, 'form', 'session', false],
  ['another site', { origin: undefined, site: 'cross-site', token }, 'form', 'session', false],
  ['a sibling of ours', { origin: undefined, site: 'same-site', token }, 'form', 'session', false],
  ['no token', { origin: ORIGIN, site: 'same-origin', token: undefined }, 'form', 'session', false],
  ['an empty one', { origin: ORIGIN, site: 'same-origin', token: '' }, 'form', 'session', false],
  [
    'a browser without our cookie',
    { origin: ORIGIN, site: 'same-origin', token },
    undefined,
    'session',
    false,
  ],
  ['the token of another browser', { origin: ORIGIN, site: 'same-origin', token }, 'other', 'session', false],
  [
    'a token from before signing in',
    { origin: ORIGIN, site: 'same-origin', token },
    'form',
    undefined,
    false,
  ],
])('%s', (...[_name, provenance, form, session, expected]) => {
  expect(isOurForm(teamspace, provenance, form, session)).toBe(expected);
});
