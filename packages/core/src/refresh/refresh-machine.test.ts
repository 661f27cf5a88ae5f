import { describe, expect, test } from 'vitest';
import type { RefreshAnswer } from '../session/refresh-answer.ts';
import { REFRESH_LIMITS } from './refresh-limits.ts';
import {
  beginRefresh,
  continueRefresh,
  type RefreshEffect,
  type RefreshEvent,
  type RefreshResult,
  type RefreshState,
} from './refresh-machine.ts';
import { Secret } from '../session/secret.ts';
import type { Session, Tokens } from '../session/session.ts';
import type { StoredSession } from '../session/stored-session.ts';

const NOW = 1_000_000_000;

/** Tokens of a login's rotation; the first one has expired. */
function tokens(login: number, rotation: number): Tokens {
  const name = `${login}.${rotation}`;
  return {
    access: new Secret(`access ${name}`),
    refresh: new Secret(`refresh ${name}`),
    sessionId: `session ${login}`,
    scope: 'offline_access',
    issuedAtMs: NOW,
    accessExpiresAtMs: rotation === 0 ? NOW - 1 : NOW + 3_600_000,
    refreshExpiresAtMs: null,
    generation: rotation,
  };
}

function session(login: number, rotation: number, user = 'ada'): Session {
  const account = { userId: user, email: `${user}@example.org`, name: user, teams: [] };
  return { issuer: 'https://a.example', account, tokens: tokens(login, rotation), method: 'device_code' };
}

describe('L-05: limits', () => {
  test('a request ends before its lock, and a lock before who waits for it', () => {
    const { http, connect, hold, wait, slice } = REFRESH_LIMITS;
    expect(connect).toBeLessThan(http);
    expect(http + 1000).toBeLessThan(hold);
    expect(hold).toBeLessThanOrEqual(wait - 1000);
    // Whoever waits looks at the disk several times before they give up.
    expect(slice * 10).toBeLessThanOrEqual(wait);
  });
});

/** The server: which rotation of which login it honours, and what it answers to an older one. */
interface Server {
  readonly login: number;
  readonly rotation: number;
  readonly revoked: boolean;
}

interface Process {
  readonly state: RefreshState;
  readonly effect: RefreshEffect;
  /** An answer that is on its way. */
  readonly reply: RefreshAnswer | null;
}

describe('a token that was sent before, and whose answer nobody has seen', () => {
  const held: StoredSession = { kind: 'ok', session: session(1, 0), epoch: 1 };
  /** Up to the answer to what is sent now. */
  function answered(again: boolean, answer: RefreshAnswer) {
    const events: readonly RefreshEvent[] = [
      { was: 'read', stored: held },
      { was: 'lock', held: true },
      { was: 'read', stored: held },
      { was: 'note', again, attempt: 'attempt' },
      { was: 'ask', answer },
    ];
    return events.reduce((step, event) => continueRefresh(step.state, event, NOW), beginRefresh(null));
  }
  const effectsOf = (again: boolean, answer: RefreshAnswer) => {
    const step = answered(again, answer);
    if (step.effect.do !== 'read') return step.effect.do;
    const { effect } = continueRefresh(step.state, { was: 'read', stored: held }, NOW);
    return effect.do === 'end' ? effect.reason : effect.do;
  };

  test.each<readonly [RefreshAnswer, seen: string, again: string]>([
    [{ kind: 'rejected', cause: 'invalid_grant' }, 'server_revoked', 'rotation_lost'],
    [{ kind: 'rejected', cause: 'session_invalid' }, 'invalid', 'invalid'],
    // Its note is of the time before, too.
    [{ kind: 'unavailable', sent: false, why: 'dns' }, 'forget note', 'stop'],
    [{ kind: 'unavailable', sent: true, why: 'dropped' }, 'stop', 'stop'],
  ])('%j', (answer, seen, again) => {
    expect([effectsOf(false, answer), effectsOf(true, answer)]).toEqual([seen, again]);
  });
});

/** Everything that a schedule can change. */
interface World {
  readonly disk: { readonly epoch: number; readonly login: number; readonly rotation: number } | null;
  readonly epoch: number;
  readonly note: string | null;
  readonly holder: number | null;
  readonly server: Server;
  readonly processes: readonly (Process | RefreshResult | 'killed')[];
  /** What may still go wrong. */
  readonly kills: number;
  readonly losses: number;
  readonly logouts: number;
  readonly logins: number;
  /** Every token that was sent, in order. */
  readonly sent: readonly string[];
  readonly log: readonly string[];
}

/** Grace of the server: a token that was rotated just now is a benign replay; an older one is theft. */
function ask(server: Server, sent: Session): { server: Server; answer: RefreshAnswer } {
  const [login, rotation] = sent.tokens.refresh.expose().slice('refresh '.length).split('.').map(Number) as [
    number,
    number,
  ];
  const rejected = { kind: 'rejected', cause: 'invalid_grant' } as const;
  // Another login is another family.
  if (login !== server.login || server.revoked) return { server, answer: rejected };
  if (rotation === server.rotation)
    return {
      server: { ...server, rotation: rotation + 1 },
      answer: { kind: 'tokens', tokens: tokens(login, rotation + 1) },
    };
  if (rotation === server.rotation - 1) return { server, answer: { kind: 'replay', retryAfterMs: 1000 } };
  return { server: { ...server, revoked: true }, answer: rejected };
}

function stored({ disk, epoch }: World): StoredSession {
  if (disk === null || disk.epoch < epoch) return { kind: 'ended', reason: 'user_logout', atMs: NOW };
  return { kind: 'ok', session: session(disk.login, disk.rotation), epoch: disk.epoch };
}

/** The world after the effect of one process, and the event that this process gets; none while it waits for the lock. */
function perform(
  world: World,
  at: number,
  effect: RefreshEffect,
): { world: World; event: RefreshEvent | null } {
  switch (effect.do) {
    case 'read':
      return { world, event: { was: 'read', stored: stored(world) } };
    case 'lock':
      if (world.holder !== null) return { world, event: null };
      return { world: { ...world, holder: at }, event: { was: 'lock', held: true } };
    case 'note':
      return note(world, effect.session.tokens.refresh.expose());
    case 'mark spent':
      return { world: { ...world, note: `${world.note} (spent)` }, event: { was: effect.do } };
    case 'forget note':
      return { world: { ...world, note: null }, event: { was: 'forget note' } };
    case 'wait':
    case 'revoke':
      return { world, event: { was: effect.do } };
    case 'swap':
      return swap(world, effect);
    case 'end':
      return { world: { ...world, disk: null, epoch: world.epoch + 1 }, event: { was: 'end' } };
    default:
      throw new Error('not here');
  }
}

function note(world: World, token: string): { world: World; event: RefreshEvent } {
  if (world.note === `${token} (spent)`) return { world, event: { was: 'found spent' } };
  return {
    world: { ...world, note: token },
    event: { was: 'note', again: world.note === token, attempt: '' },
  };
}

function swap(
  world: World,
  effect: Extract<RefreshEffect, { readonly do: 'swap' }>,
): { world: World; event: RefreshEvent } {
  const { disk, epoch } = world;
  const isSame = disk !== null && disk.epoch >= epoch && disk.epoch === effect.epoch;
  if (!isSame || effect.from.tokens.sessionId !== `session ${disk.login}`)
    return { world, event: { was: 'swap', done: false } };
  const rotation = effect.tokens.generation ?? 0;
  return { world: { ...world, disk: { ...disk, rotation } }, event: { was: 'swap', done: true } };
}

/** Nobody waits for the lock, or gives up, who has just seen a good token. */
function judgeLook(found: StoredSession, then: RefreshEffect): void {
  const isGood = found.kind === 'ok' && found.session.tokens.accessExpiresAtMs > NOW;
  if (isGood) expect(then.do === 'stop' ? then.result.outcome : then.do).not.toMatch(/^(?:lock|busy)$/);
}

/** Every world that one step leads to. */
function* next(world: World): Generator<World> {
  for (const [at, process] of world.processes.entries()) {
    if (process === 'killed' || 'outcome' in process) continue;
    const put = (to: World, one: Process | RefreshResult | 'killed', line: string): World => ({
      ...to,
      processes: to.processes.with(at, one),
      log: [...to.log, `${at}: ${line}`],
    });
    const goOn = (to: World, event: RefreshEvent): World => {
      const step = continueRefresh(process.state, event, NOW);
      if (event.was === 'read') judgeLook(event.stored, step.effect);
      if (step.effect.do === 'stop') {
        const free = to.holder === at ? { ...to, holder: null } : to;
        return put(free, step.effect.result, `${process.effect.do}, then ${step.effect.result.outcome}`);
      }
      return put(to, { ...step, reply: null }, process.effect.do);
    };
    const { effect, reply } = process;
    if (effect.do === 'ask' && reply === null) {
      const { server, answer } = ask(world.server, effect.session);
      const sent = [...world.sent, effect.session.tokens.refresh.expose()];
      yield put({ ...world, server, sent }, { ...process, reply: answer }, 'sends');
    } else if (effect.do === 'ask' && reply !== null) {
      yield goOn(world, { was: 'ask', answer: reply });
      if (world.losses > 0)
        yield goOn(
          { ...world, losses: world.losses - 1 },
          { was: 'ask', answer: { kind: 'unavailable', sent: true, why: 'dropped' } },
        );
    } else {
      const { world: after, event } = perform(world, at, effect);
      if (event !== null) yield goOn(after, event);
      else {
        yield goOn(world, { was: 'lock', held: false, isOver: false });
        // Whoever waits gives up at last.
        yield goOn(world, { was: 'lock', held: false, isOver: true });
      }
    }
    if (world.kills > 0) {
      const free = world.holder === at ? { ...world, holder: null } : world;
      yield put({ ...free, kills: world.kills - 1 }, 'killed', 'is killed');
    }
  }
  yield* others(world);
}

/** What people do meanwhile. */
function* others(world: World): Generator<World> {
  if (world.logouts > 0)
    yield {
      ...world,
      disk: null,
      epoch: world.epoch + 1,
      logouts: world.logouts - 1,
      server: { ...world.server, revoked: true },
      log: [...world.log, 'logout'],
    };
  if (world.logins > 0) {
    const login = world.server.login + 1;
    yield {
      ...world,
      epoch: world.epoch + 1,
      logins: world.logins - 1,
      disk: { epoch: world.epoch + 1, login, rotation: 1 },
      server: { login, rotation: 1, revoked: false },
      log: [...world.log, 'login'],
    };
  }
}

/** Looks at every schedule once. @returns how many worlds there were. */
function explore(start: World, check: (world: World) => void): number {
  const seen = new Set<string>();
  const open = [start];
  for (let world = open.pop(); world; world = open.pop()) {
    const { log: _, ...rest } = world;
    const key = JSON.stringify(rest, (name, value: unknown) =>
      value instanceof Secret ? value.expose() : value,
    );
    if (seen.has(key)) continue;
    seen.add(key);
    try {
      check(world);
    } catch (error) {
      throw new Error(`After ${world.log.join('; ')}`, { cause: error });
    }
    open.push(...next(world));
  }
  return seen.size;
}

function worldOf(count: number, faults: Partial<World> = {}): World {
  const process = { ...beginRefresh(null), reply: null };
  return {
    disk: { epoch: 1, login: 1, rotation: 0 },
    epoch: 1,
    note: null,
    holder: null,
    server: { login: 1, rotation: 0, revoked: false },
    processes: Array.from({ length: count }, () => process),
    kills: 0,
    losses: 0,
    logouts: 0,
    logins: 0,
    sent: [],
    log: [],
    ...faults,
  };
}

function isOver({ processes }: World): boolean {
  return processes.every((process) => process === 'killed' || 'outcome' in process);
}

function outcomes({ processes }: World): readonly string[] {
  return processes.map((process) =>
    process === 'killed' ? 'killed' : 'outcome' in process ? process.outcome : '…',
  );
}

describe('L-07: every schedule of processes on one expired session', () => {
  test.each([1, 2, 3])(
    '%i of them ask once, and all end with a session or the word that it is being refreshed',
    (count) => {
      const worlds = explore(worldOf(count), (world) => {
        expect(world.sent.length).toBeLessThanOrEqual(1);
        if (!isOver(world)) return;
        expect(world.sent).toEqual(['refresh 1.0']);
        expect(world.disk).toEqual({ epoch: 1, login: 1, rotation: 1 });
        for (const outcome of outcomes(world))
          expect(['refreshed', 'fresh', 'adopted_newer', 'lock_timeout_adopted', 'busy']).toContain(outcome);
        expect([world.holder, world.note]).toEqual([null, null]);
      });
      expect(worlds).toBeGreaterThan(count * 8);
    },
  );

  test('I2, I3: with a kill or an answer that is lost, no session is ended that the server honours', () => {
    for (const faults of ['kills', 'losses', 'kills losses'])
      explore(worldOf(3, { kills: +/kills/.test(faults), losses: +/losses/.test(faults) }), (world) => {
        const isEnded = stored(world).kind !== 'ok';
        if (isEnded) expect(world.server.revoked).toBe(true);
        // The same token is sent again only by somebody who cannot know: after each kill or loss once.
        for (const one of world.sent)
          expect(world.sent.filter((token) => token === one).length).toBeLessThanOrEqual(
            1 + faults.split(' ').length,
          );
        if (!isOver(world) || world.disk === null) return;
        // What the server rotated and nobody stored is noted.
        if (world.server.rotation > world.disk.rotation) expect(world.note ?? world.kills).not.toBe(1);
      });
  });

  test('L-21: a logout at any moment stays one, and the tokens that came too late are given back', () => {
    explore(worldOf(2, { logouts: 1 }), (world) => {
      if (world.logouts === 0) expect(stored(world).kind).not.toBe('ok');
      if (!isOver(world) || world.logouts > 0) return;
      expect(world.holder).toBe(null);
    });
  });

  test('L-22: another login at any moment survives, and is never ended by an answer about the one before', () => {
    explore(worldOf(2, { logins: 1 }), (world) => {
      if (world.logins === 0) expect(world.disk).toMatchObject({ login: 2 });
    });
  });
});
