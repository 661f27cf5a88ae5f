import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret } from '@spec-kitty/core/session/secret';
import type { Session } from '@spec-kitty/core/session/session';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileSessionStore } from './file-session-store.ts';
import { issuerKey } from './session-root.ts';

const ISSUER = 'https://teamspace.example';
const NOW = Date.UTC(2026, 0, 5, 12);
let base = '';
let root = '';
const keyFile = () => path.join(root, 'key');

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'session-'));
  root = path.join(base, 'auth');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function store(issuer = ISSUER): FileSessionStore {
  return new FileSessionStore(root, issuer, () => NOW);
}

function session(change: Partial<Session> = {}, rotation = 1): Session {
  return {
    issuer: ISSUER,
    account: {
      userId: 'u1',
      email: 'ada@example.org',
      name: 'Ada',
      teams: [{ id: 't1', name: 'Own', role: 'owner', isPrivate: true }],
    },
    tokens: {
      access: new Secret(`access-canary-${rotation}`),
      refresh: new Secret(`refresh-canary-${rotation}`),
      sessionId: 's1',
      scope: 'offline_access',
      issuedAtMs: NOW,
      accessExpiresAtMs: NOW + 3_600_000,
      refreshExpiresAtMs: null,
      generation: null,
    },
    method: 'device_code',
    ...change,
  };
}

function file(name = 'session.json', issuer = ISSUER): string {
  return path.join(root, issuerKey(issuer), name);
}

/** As documents: secrets are compared by what they hide. */
function shown(stored: ReturnType<FileSessionStore['read']>): unknown {
  return JSON.parse(
    JSON.stringify(stored, (_, value: unknown) => (value instanceof Secret ? value.expose() : value)),
  );
}

describe('what is stored', () => {
  test('S-01: comes back with every field, and is absent before', () => {
    expect(store().read()).toEqual({ kind: 'absent' });
    store().login(session());
    expect(shown(store().read())).toEqual(shown({ kind: 'ok', session: session(), epoch: 1 }));
  });

  test.skipIf(process.platform === 'win32')(
    'S-02: is open to nobody else, whatever the mask (skipped on Windows: no modes)',
    () => {
      for (const mask of [0o000, 0o077]) {
        const before = process.umask(mask);
        try {
          rmSync(root, { recursive: true, force: true });
          store().login(session());
          store().note(session(), 1, 'attempt');
        } finally {
          process.umask(before);
        }
        const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
        expect(files.length).toBeGreaterThanOrEqual(5);
        for (const name of files) {
          const facts = statSync(path.join(root, name));
          expect([name, facts.mode & 0o777]).toEqual([name, facts.isDirectory() ? 0o700 : 0o600]);
        }
        expect(statSync(root).mode & 0o777).toBe(0o700);
      }
    },
  );

  test('S-15, S-16: is of one server: copied to another folder or without its key it is useless, and two do not meet', () => {
    const other = 'https://other.example';
    store().login(session());
    store(other).login(session({ issuer: other }));
    expect([store().read().kind, store(other).read().kind]).toEqual(['ok', 'ok']);
    copyFileSync(file(), file('session.json', other));
    expect(store(other).read()).toMatchObject({ kind: 'corrupt', why: 'tag' });
    store().logout('user_logout');
    expect(store(other).read()).toMatchObject({ kind: 'corrupt' });
    store().login(session());
    rmSync(path.join(root, 'key'));
    expect(store().read()).toMatchObject({ kind: 'wrong_key' });
  });

  test('X-12: shows no token in plain text', () => {
    store().login(session());
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const at = path.join(root, name);
      if (statSync(at).isFile()) expect(readFileSync(at, 'latin1')).not.toContain('canary');
    }
    expect(JSON.stringify(store().read())).not.toContain('canary');
  });
});

describe('S-05: what cannot be read is told apart, stays until somebody logs in or out, and is no logout', () => {
  const DAMAGES: Readonly<Record<string, [() => void, object]>> = {
    empty: [() => truncateSync(file()), { kind: 'corrupt', why: 'json' }],
    'cut off': [() => truncateSync(file(), 50), { kind: 'corrupt', why: 'json' }],
    'no envelope': [() => writeFileSync(file(), '{"schema_version":3}'), { kind: 'corrupt', why: 'schema' }],
    'of a later version': [
      () => writeFileSync(file(), '{"schema_version":9}'),
      { kind: 'unsupported_version', version: 9 },
    ],
    'S-11: of the predecessor': [
      () => writeFileSync(file(), '{"version":2,"nonce":"00","ciphertext":"00"}'),
      { kind: 'corrupt', why: 'schema' },
    ],
    changed: [
      () => {
        const envelope: { ciphertext: string } = JSON.parse(readFileSync(file(), 'utf8'));
        const sealed = Buffer.from(envelope.ciphertext, 'base64');
        sealed[3] = (sealed[3] ?? 0) ^ 1;
        writeFileSync(file(), JSON.stringify({ ...envelope, ciphertext: sealed.toString('base64') }));
      },
      { kind: 'corrupt', why: 'tag' },
    ],
    'of another epoch': [
      () => writeFileSync(file(), readFileSync(file(), 'utf8').replace('"epoch":1', '"epoch":2')),
      { kind: 'corrupt', why: 'tag' },
    ],
    'ten megabytes': [() => truncateSync(file(), 10 * 1024 * 1024), { kind: 'insecure', why: 'too_large' }],
    'another key': [
      () => writeFileSync(keyFile(), Buffer.alloc(32, 7)),
      { kind: 'wrong_key', why: 'other', path: expect.stringMatching(/key$/) },
    ],
    'half a key': [
      () => truncateSync(keyFile(), 5),
      { kind: 'wrong_key', why: 'cut_short', path: expect.stringMatching(/key$/) },
    ],
    'an empty key': [
      () => truncateSync(keyFile()),
      { kind: 'wrong_key', why: 'cut_short', path: expect.stringMatching(/key$/) },
    ],
    'too long a key': [
      () => writeFileSync(keyFile(), Buffer.alloc(33, 7)),
      { kind: 'wrong_key', why: 'too_long', path: expect.stringMatching(/key$/) },
    ],
    'no key': [
      () => rmSync(keyFile()),
      { kind: 'wrong_key', why: 'missing', path: expect.stringMatching(/key$/) },
    ],
    'a state of no version': [
      () => writeFileSync(file('state.json'), '{"epoch":1}'),
      { kind: 'corrupt', why: 'schema' },
    ],
    'a count that nothing comes after': [
      () =>
        writeFileSync(
          file('state.json'),
          JSON.stringify({ schema_version: 1, epoch: Number.MAX_SAFE_INTEGER }),
        ),
      { kind: 'corrupt', why: 'schema' },
    ],
    'a state that is none': [() => writeFileSync(file('state.json'), '{'), { kind: 'corrupt', why: 'json' }],
  };

  test.each(Object.keys(DAMAGES))('%s', (name) => {
    const [damage, expected] = DAMAGES[name] ?? [];
    store().login(session());
    damage?.();
    const before = readFileSync(file());
    expect(store().read()).toMatchObject(expected ?? {});
    expect(readFileSync(file()).equals(before)).toBe(true);
    // logging out removes it, and keeps what was there for whoever wants to look.
    expect(store().logout('user_logout')).toMatchObject({ removed: true, setAside: expect.any(String) });
    expect(existsSync(file())).toBe(false);
    store().login(session());
    expect(store().read().kind).toBe('ok');
  });
});

describe.skipIf(process.platform === 'win32')(
  'S-03, S-04: what others could have read or made (skipped on Windows: no modes)',
  () => {
    const ATTACKS: Readonly<Record<string, [() => void, string]>> = {
      'a mode for others': [() => chmodSync(file(), 0o644), 'mode'],
      'a folder for others': [() => chmodSync(path.dirname(file()), 0o755), 'mode'],
      'a link': [
        () => {
          copyFileSync(file(), path.join(base, 'elsewhere'));
          rmSync(file());
          symlinkSync(path.join(base, 'elsewhere'), file());
        },
        'not_a_plain_file',
      ],
      'a second name': [() => linkSync(file(), path.join(base, 'second')), 'hard_link'],
      'a folder in its place': [
        () => {
          rmSync(file());
          mkdirSync(file(), { mode: 0o700 });
        },
        'not_a_plain_file',
      ],
      'a pipe in its place': [
        () => {
          rmSync(file());
          execFileSync('mkfifo', ['-m', '600', file()]);
        },
        'not_a_plain_file',
      ],
    };

    test.each(Object.keys(ATTACKS))('%s', (name) => {
      const [attack, why] = ATTACKS[name] ?? [];
      store().login(session());
      attack?.();
      expect(store().read()).toMatchObject({ kind: 'insecure', why });
    });
  },
);

describe('a login that is over', () => {
  test('L-21: stays over, however late a refresh comes to its end', () => {
    store().login(session());
    const late = session({}, 2).tokens;
    const sealed = readFileSync(file());
    expect(store().logout('user_logout')).toEqual({ removed: true, setAside: null });
    expect(store().read()).toEqual({ kind: 'ended', reason: 'user_logout', atMs: NOW });
    expect(store().swap(session(), 1, late)).toBe(false);
    // Somebody who had looked before writes afterwards.
    writeFileSync(file(), sealed, { mode: 0o600 });
    const ended = { kind: 'ended', reason: 'user_logout', atMs: NOW };
    expect(store().read()).toEqual({ ...ended, outdated: file() });
    // What is left of it is worth something to whoever finds it.
    expect(store().logout('user_logout')).toEqual({ removed: true, setAside: null });
    expect(existsSync(file())).toBe(false);
    expect(store().logout('user_logout')).toEqual({ removed: false, setAside: null });
  });

  test('is replaced by the next one, and never ended by an answer about the one before', () => {
    store().login(session());
    store().login(session({}, 2));
    expect(store().read()).toMatchObject({ kind: 'ok', epoch: 2 });
    expect(store().end(session(), 'server_revoked')).toBe(false);
    expect(store().swap(session(), 1, session({}, 3).tokens)).toBe(false);
    expect(store().end(session({}, 2), 'absolute_lifetime')).toBe(true);
    expect(store().read()).toMatchObject({ kind: 'ended', reason: 'absolute_lifetime' });
  });
});

test('a refresh keeps the account and the login; T-08: a change of the account keeps whatever tokens there are by now', () => {
  store().login(session());
  expect(store().swap(session(), 1, session({}, 2).tokens)).toBe(true);
  expect(store().patchAccount(session(), { teams: [] })).toBe(true);
  const stored = store().read();
  if (stored.kind !== 'ok') throw new Error(stored.kind);
  expect(stored.session.tokens.refresh.expose()).toBe('refresh-canary-2');
  expect([stored.session.account.teams, stored.session.account.email, stored.epoch]).toEqual([
    [],
    'ada@example.org',
    1,
  ]);
});

test('a note of a refresh stays until it is forgotten, or the login ends', () => {
  store().login(session());
  expect(store().unfinished()).toBeUndefined();
  store().note(session(), 1, 'attempt');
  const note = { epoch: 1, issuedAtMs: NOW, sinceMs: NOW, attempt: 'attempt' };
  expect(store().unfinished()).toEqual({ ...note, isSpent: false });
  const before = session();
  store().markSpent({ ...before, tokens: { ...before.tokens, issuedAtMs: NOW - 1 } });
  expect(store().unfinished()?.isSpent).toBe(false);
  store().markSpent(before);
  expect(store().unfinished()).toEqual({ ...note, isSpent: true });
  store().forgetNote();
  store().note(session(), 1, 'attempt');
  store().logout('user_logout');
  expect(store().unfinished()).toBeUndefined();
});
