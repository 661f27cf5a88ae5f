import { execFileSync } from 'node:child_process';
import type { BundledEntry } from '@spec-kitty/testkit/bundle-entry';
import type { FaultPlan } from '@spec-kitty/testkit/faults/fault-plan';
import { type Random, seededRandom } from '@spec-kitty/testkit/faults/seeded-random';
import {
  askAll,
  bundleSessionWorker,
  type SessionProcess,
  SessionWorld,
} from '@spec-kitty/testkit/oauth/session-world';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** A share of `npm run torture:auth`, which sets these. */
const KILLS = Number(process.env['SPEC_KITTY_AUTH_KILLS'] ?? 48);
const PROCESSES = Number(process.env['SPEC_KITTY_AUTH_PROCESSES'] ?? 0);
const SEED = process.env['SPEC_KITTY_AUTH_SEED'] ?? seedOfCommit();
/** Calls of a refresh that change something on disk, from its lock to its release; a few more are harmless. */
const CALLS = 22;
const LIMIT_MS = 3_600_000;

/** The commit, so that each is tested with other kills, and again with the same. */
function seedOfCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // An unpacked archive has no commit.
    return 'no commit';
  }
}

let program: BundledEntry;
let world: SessionWorld;

beforeAll(async () => {
  program = await bundleSessionWorker();
});
afterAll(() => program.dispose());
beforeEach(async () => {
  world = await SessionWorld.open(program);
});
afterEach(() => world.dispose());

function planOf(random: Random, turn: number): FaultPlan {
  // Each call in turn, so that none is left out.
  const at = 1 + (turn % CALLS);
  return { kind: 'kill', target: 'process', at, phase: random.pick(['before', 'after', 'torn']) };
}

/** What became of one refresh that was killed, and of the login. */
async function killOne(victim: SessionProcess, fault: FaultPlan): Promise<string> {
  const before = (await world.login()).tokens.refresh.expose();
  const isKilled = (await victim.ask({ do: 'fresh', fault })) === 'killed';
  const { store } = world.keeper();
  const stored = store.read();
  if (stored.kind !== 'ok') throw new Error(`The login is ${stored.kind}`);
  const token = stored.session.tokens.refresh.expose();
  if (!isKilled) return 'not killed';
  if (!(await world.server.honours(token))) {
    // Rotated, and killed before it was stored: whoever comes next can tell, and ends nothing.
    if (store.unfinished() === undefined) throw new Error('Nobody noted the rotation');
    if (token !== before) throw new Error('Another token is on disk');
    return 'rotated and not stored';
  }
  const started = performance.now();
  const next = await world.keeper().fresh(null);
  if (!('session' in next)) throw new Error(`The next one got ${next.outcome}`);
  if (!(await world.server.honours(world.current() ?? ''))) throw new Error('The next one lost it');
  // L-12: a lock of the dead keeps nobody waiting.
  if (performance.now() - started > 2000) throw new Error('The next one had to wait');
  return token === before ? 'as before' : 'stored';
}

describe.skipIf(process.platform === 'win32')('kills [need signals]', () => {
  test.skipIf(KILLS === 0)(
    'L-12: a SIGKILL at any step of a refresh never loses a login that the server honours',
    { timeout: LIMIT_MS },
    async () => {
      const random = seededRandom(SEED);
      const ends: Record<string, number> = {};
      for (let turn = 0; turn < KILLS; turn += 4) {
        const plans = Array.from({ length: Math.min(4, KILLS - turn) }, (_, at) => planOf(random, turn + at));
        const victims = await world.start(plans.length);
        for (const [at, victim] of victims.entries()) {
          const plan = plans[at] ?? { kind: 'none' };
          const end = await killOne(victim, plan).catch((error: unknown) => {
            throw new Error(`Seed ${SEED}, kill ${turn + at}: ${JSON.stringify(plan)}`, { cause: error });
          });
          ends[end] = (ends[end] ?? 0) + 1;
          victim.child.kill('SIGKILL');
        }
        if (turn % 200 === 0 && KILLS > 200) console.log(`${turn} of ${KILLS} kills`);
      }
      console.log(`kills of a refresh: ${KILLS}, seed ${SEED}: ${JSON.stringify(ends)}`);
      expect(KILLS - (ends['not killed'] ?? 0)).toBeGreaterThanOrEqual(Math.min(40, KILLS / 2));
      for (const end of ['as before', 'stored', 'rotated and not stored'])
        expect([end, (ends[end] ?? 0) > 0]).toEqual([end, true]);
      expect(await world.server.thefts()).toBe(0);
    },
  );

  test.skipIf(PROCESSES === 0)(
    `L-07: ${PROCESSES} processes that are let go at once on one expired session refresh once [in torture]`,
    { timeout: LIMIT_MS },
    async () => {
      await world.login();
      const processes = await world.start(PROCESSES);
      const got = await askAll(processes, { do: 'fresh' });
      const outcomes = got.map((one) => (one === 'killed' ? one : one.outcome));
      console.log(`${PROCESSES} processes: ${JSON.stringify(count(outcomes))}`);
      expect(world.sent()).toHaveLength(1);
      expect(new Set(got.map((one) => (one === 'killed' ? one : one.token)))).toEqual(
        new Set([world.current()]),
      );
    },
  );
});

function count(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
