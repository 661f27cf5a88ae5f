import { expect, test } from 'vitest';
import { Secret } from './secret.ts';
import type { Session } from './session.ts';
import { parseSessionDocument, sessionDocument } from './session-document.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const SESSION: Session = {
  issuer: 'https://teamspace.example',
  account: {
    userId: 'u1',
    email: 'ada@example.org',
    name: 'Ada',
    teams: [
      { id: 't1', name: 'Shared', role: 'member', isPrivate: false },
      { id: 't2', name: 'Own', role: 'owner', isPrivate: true },
    ],
  },
  tokens: {
    access: new Secret('access'),
    refresh: new Secret('refresh'),
    sessionId: 's1',
    scope: 'offline_access',
    issuedAtMs: NOW,
    accessExpiresAtMs: NOW + 1000,
    refreshExpiresAtMs: NOW + 2000,
    generation: 4,
  },
  method: 'authorization_code',
};
const DOCUMENT = sessionDocument(SESSION);

test('S-01: a session comes back as it was; its default team is the private one', () => {
  const read = parseSessionDocument(JSON.parse(JSON.stringify(DOCUMENT)));
  expect(read && sessionDocument(read)).toEqual(DOCUMENT);
  expect(DOCUMENT).toMatchObject({ default_team_id: 't2', storage_backend: 'file', access_token: 'access' });
});

test('S-01: a time without an offset is one in UTC, what is not known is ignored, and a missing generation is none', () => {
  const { generation: _, ...older } = DOCUMENT;
  const read = parseSessionDocument({ ...older, issued_at: '2026-01-05T12:00:00', more: 1 });
  expect(read?.tokens).toMatchObject({ issuedAtMs: NOW, generation: null });
  expect(
    parseSessionDocument({ ...DOCUMENT, refresh_token_expires_at: null })?.tokens.refreshExpiresAtMs,
  ).toBeNull();
});

test.each([
  'issuer',
  'user_id',
  'teams',
  'access_token',
  'refresh_token',
  'session_id',
  'issued_at',
  'access_token_expires_at',
  'auth_method',
])('a document without %s, or with another kind of it, is none', (key) => {
  for (const value of [undefined, null, 7, '', {}, [7], 'carrier pigeon'])
    if (!(typeof value === 'string' && value !== '' && !/_at$|teams|auth_method/.test(key)))
      expect([value, parseSessionDocument({ ...DOCUMENT, [key]: value })]).toEqual([value, undefined]);
});

test('one whose end cannot be read is none, and neither is anything but an object', () => {
  expect(parseSessionDocument({ ...DOCUMENT, refresh_token_expires_at: 'some day' })).toBeUndefined();
  expect(parseSessionDocument({ ...DOCUMENT, teams: [{ id: 't', name: 'x' }] })).toBeUndefined();
  for (const other of [undefined, null, [], 'x']) expect(parseSessionDocument(other)).toBeUndefined();
});

test('a secret shows itself to nobody who does not ask', () => {
  const secret = new Secret('canary');
  for (const shown of [String(secret), JSON.stringify({ secret })]) expect(shown).toContain('[redacted]');
  expect(secret.expose()).toBe('canary');
  expect([secret.equals(new Secret('canary')), secret.equals(new Secret('other'))]).toEqual([true, false]);
});
