import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import type { Session } from '@spec-kitty/core/session/session';
import { describe, expect, test } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';

const HOUR = 3_600_000;
const YEAR = 366 * 24 * HOUR;

/** A person who has logged in, and whose clock goes on as far as a case wants. */
async function loggedIn(): Promise<{ readonly world: AuthWorld; readonly later: (ms: number) => void }> {
  let aheadMs = 0;
  const system = new SystemClock();
  const clock = { nowMicros: () => system.nowMicros() + aheadMs * 1000 };
  const world = await authWorld(clock);
  await world.logIn();
  return { world, later: (ms) => (aheadMs += ms) };
}

const IS_TEAMSPACE = process.env['SPEC_KITTY_TEST_SERVER'] !== undefined;

type Break = (world: AuthWorld, later: (ms: number) => void) => unknown;

function sessionOf(world: AuthWorld): { readonly session: Session; readonly epoch: number } {
  const stored = world.store.read();
  if (stored.kind !== 'ok') throw new Error(`The login is ${stored.kind}`);
  return stored;
}

/** The server has rotated the token, and has said so; what it was rotated into never came. */
function spend(world: AuthWorld): void {
  const { session, epoch } = sessionOf(world);
  world.store.note(session, epoch, 'attempt');
  world.store.markSpent(session);
}

const file = (world: AuthWorld, name: string) => path.join(world.store.folder, name);
const folderInstead = (name: string) => (world: AuthWorld) => {
  rmSync(file(world, name), { force: true });
  mkdirSync(file(world, name));
  writeFileSync(path.join(file(world, name), 'x'), '');
};
/** As after a logout that was interrupted. */
const outdate: Break = async (world) => {
  copyFileSync(file(world, 'session.json'), file(world, 'kept'));
  await world.run(['auth', 'logout', '--force']);
  renameSync(file(world, 'kept'), file(world, 'session.json'));
};

/** What a login comes to: none is needed, a new one, or a refusal that the doctor has to mend. */
type Login = 'already' | 'new' | 'SESSION_UNUSABLE';
const NONE = ['not_authenticated', 'lost', 'new', ['F-001']] as const;
const FAULT = (id: string) => ['unusable', 'lost', 'new', [id]] as const;
const GOOD = ['authenticated', 'possible', 'already', []] as const;

const CASES: readonly (readonly [
  what: string,
  breaks: Break,
  state: string,
  renewal: string,
  login: Login,
  findings: readonly string[],
])[] = [
  ['is good', () => undefined, ...GOOD],
  ['is to be renewed', (_, later) => later(2 * HOUR), ...GOOD],
  [
    'was begun to be renewed',
    (world, later) => {
      const { session, epoch } = sessionOf(world);
      world.store.note(session, epoch, 'attempt');
      later(2 * HOUR);
    },
    ...GOOD,
  ],
  ['has lost its next token', spend, 'authenticated', 'lost', 'new', ['F-011']],
  [
    'has lost its next token, and is over',
    (world, later) => {
      spend(world);
      later(2 * HOUR);
    },
    ...(['expired', 'lost', 'new', ['F-011']] as const),
  ],
  ['is over by the clock', (_, later) => later(YEAR), 'expired', 'lost', 'new', ['F-001']],
  ['was ended', (world) => world.run(['auth', 'logout']), ...NONE],
  ['is gone', (world) => rmSync(file(world, 'session.json')), ...NONE],
  ['is older than a logout', outdate, ...NONE],
  ['others may read', (world) => chmodSync(file(world, 'session.json'), 0o644), ...FAULT('F-009')],
  ['others may count', (world) => chmodSync(file(world, 'state.json'), 0o644), ...FAULT('F-009')],
  ['others may look for', (world) => chmodSync(world.store.folder, 0o755), ...FAULT('F-009')],
  ['is something else', folderInstead('session.json'), ...FAULT('F-009')],
  ['is changed', (world) => writeFileSync(file(world, 'session.json'), '{}'), ...FAULT('F-008')],
  ['is not counted', (world) => writeFileSync(file(world, 'state.json'), '['), ...FAULT('F-008')],
  ['has no key', (world) => rmSync(path.join(world.root, 'key')), ...FAULT('F-010')],
  [
    'has a short key',
    (world) => {
      const key = path.join(world.root, 'key');
      writeFileSync(key, readFileSync(key).subarray(0, 7));
    },
    ...FAULT('F-010'),
  ],
  [
    'has something else for a lock',
    folderInstead('refresh.lock'),
    ...(['authenticated', 'hindered', 'SESSION_UNUSABLE', ['F-009']] as const),
  ],
  [
    'has something else for a lock, and is to be renewed',
    (world, later) => {
      folderInstead('refresh.lock')(world);
      later(2 * HOUR);
    },
    ...(['unusable', 'hindered', 'SESSION_UNUSABLE', ['F-009']] as const),
  ],
  [
    'has something else for a journal',
    folderInstead('refresh-journal.json'),
    ...(['authenticated', 'hindered', 'already', ['F-009']] as const),
  ],
];

interface Finding {
  readonly id: string;
  readonly severity: string;
}

describe.runIf(HAS_BROWSER)('status, whoami, login and the doctor are of one mind', () => {
  test.each(CASES)('a login that %s', async (...row) => {
    const [, breaks, state, renewal, login, ids] = row;
    const { world, later } = await loggedIn();
    await breaks(world, later);
    const json = async (argv: readonly string[]) => {
      const { exitCode, stdout } = await world.run([...argv, '--json']);
      return { exitCode, document: JSON.parse(stdout) as Readonly<Record<string, unknown>> };
    };
    const status = await json(['auth', 'status']);
    expect(status).toMatchObject({ exitCode: 0, document: { state, renewal } });
    const findings = status.document['findings'] as readonly Finding[];
    expect(findings.map(({ id }) => id)).toEqual(ids);

    const doctor = await json(['auth', 'doctor']);
    const critical = (doctor.document['findings'] as readonly Finding[]).filter(
      ({ severity }) => severity === 'critical',
    );
    expect(critical).toEqual(findings.filter(({ severity }) => severity === 'critical'));
    expect(doctor.exitCode).toBe(critical.length > 0 ? 1 : 0);

    const isIn = state === 'authenticated';
    const who = await world.run(['auth', 'whoami']);
    expect([who.exitCode, who.stdout]).toEqual(isIn ? [0, 'ada@example.org\n'] : [1, '']);
    expect(who.stderr === '').toBe(!isIn || renewal === 'possible');

    const logged = await json(['auth', 'login']);
    if (login === 'SESSION_UNUSABLE')
      return expect(logged).toMatchObject({ exitCode: 1, document: { error_code: login } });
    expect(logged).toMatchObject({ exitCode: 0, document: { already: login === 'already' } });
    // The clock of Teamspace stays where it is: what it says ends a session lies in this one's past.
    const isAhead = IS_TEAMSPACE && state === 'expired';
    if (login === 'new' && !isAhead) expect((await json(['auth', 'doctor'])).exitCode).toBe(0);
  });
});

test.runIf(HAS_BROWSER)('F-011: what is lost is named with the way out, which logs in anew', async () => {
  const { world, later } = await loggedIn();
  spend(world);
  const lost = 'The answer to the last refresh was lost, and the server does not give it again';
  const out = 'run `spec-kitty auth login --force` — log in again; no refresh can help any more\n';
  const good = await world.run(['auth', 'status']);
  expect(good.stdout).toMatch(/^\+ Authenticated\n/);
  expect(good.stdout).toContain(`\n! ${lost}; the login ends with its access token: ${out}`);
  expect((await world.run(['auth', 'whoami'])).stderr).toContain(`Warning: ${lost}`);
  later(2 * HOUR);
  const over = await world.run(['auth', 'status']);
  expect(over.stdout).toMatch(/^X Session expired \(access token expired, and cannot be renewed\)\n/);
  expect(over.stdout).toContain(`\n! ${lost}: ${out}`);
  const at = await world.run(['auth', 'status', '--server', world.issuer]);
  expect(at.stdout).toContain(`\`spec-kitty auth login --force --server ${world.issuer}\``);
  expect((await world.run(['auth', 'login'])).stdout).toContain('+ Authenticated as ada@example.org');
});
