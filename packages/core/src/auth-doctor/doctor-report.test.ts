import { aDaemon, aSession, doctorFacts, heldLock, NOW } from '@spec-kitty/testkit/auth-doctor-cases';
import { expect, test } from 'vitest';
import { doctorReport, exitCodeOf, repairLines, resetWithoutSweep } from './doctor-report.ts';

const NOTHING = { reset: null, lock: null, server: null };

/** Every object in a document, with the path to it. */
function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value]), ...Object.values(value).flatMap(objectsIn)];
}

test('R-02: keys are in order on every level, and no token is among the values', () => {
  const scan = { orphans: [aDaemon()], recorded: { pid: 5, port: 9401, found: aDaemon() }, isComplete: true };
  const facts = doctorFacts({ scan, lock: heldLock(90_000) });
  const report = doctorReport(facts, {
    reset: resetWithoutSweep(scan.orphans, 0),
    lock: 'kept',
    server: { active: true, session_id: 's1', error: null, next_action: null },
  });
  const objects = objectsIn(report);
  expect(objects.length).toBeGreaterThan(8);
  for (const object of objects) expect(Object.keys(object)).toEqual(Object.keys(object).toSorted());
  expect(JSON.stringify(report)).not.toContain('canary');
  expect(report).toMatchObject({
    schema_version: 2,
    generated_at: '2026-01-05T12:00:00.000000+00:00',
    session: {
      present: true,
      access_token_remaining_s: 3600,
      in_memory_drift: false,
      storage_backend: 'file',
    },
    refresh_lock: {
      state: 'held',
      held: true,
      holder_pid: 7,
      holder_host: 'here',
      started_at: '2026-01-05T11:58:30.000000+00:00',
      age_s: 90,
      stuck: true,
      stuck_threshold_s: 60,
    },
    daemon: { active: true, pid: 5, port: 9401, package_version: '3.1.0', protocol_version: 1 },
  });
});

test('R-02: what was not asked for is not there, and a login that is not there is null', () => {
  const report = doctorReport(doctorFacts({ stored: { kind: 'absent' } }), NOTHING);
  expect(report).toMatchObject({ session: null, daemon: null, lock_result: null, repairs: [] });
  expect(Object.keys(report)).not.toContain('reset_result');
  expect(Object.keys(report)).not.toContain('server_session');
});

test('R-02: a session that cannot be used is there, and nothing is known of it', () => {
  const stored = { kind: 'corrupt', why: 'tag', path: '/x' } as const;
  expect(doctorReport(doctorFacts({ stored }), NOTHING).session).toMatchObject({
    present: true,
    session_id: null,
    user_email: null,
    access_token_remaining_s: null,
    refresh_token_remaining_s: null,
  });
  const session = aSession({ refreshExpiresAtMs: null });
  const managed = doctorFacts({ stored: { kind: 'ok', session, epoch: 1 }, nowMs: NOW });
  expect(doctorReport(managed, NOTHING).session?.refresh_token_remaining_s).toBeNull();
});

const LOGIN_STAYS =
  '--reset: the login is left as it is; `spec-kitty auth logout` ends it, here and at its server.';

test('R-07: repairs are told one by one, and those that were not asked for not at all', () => {
  expect(repairLines(NOTHING)).toEqual([]);
  expect(repairLines({ ...NOTHING, reset: resetWithoutSweep([], 0) })).toEqual([
    '--reset: no orphans detected; no-op.',
    LOGIN_STAYS,
  ]);
  expect(repairLines({ ...NOTHING, lock: 'not_stuck' })).toEqual(['--unstick-lock: lock not stuck; no-op.']);
  expect(repairLines({ ...NOTHING, lock: 'released' })).toEqual(['--unstick-lock: stuck lock released.']);
  expect(repairLines({ ...NOTHING, lock: 'kept' })).toEqual([
    '--unstick-lock: lock not removed (fresh, missing, or unreadable).',
  ]);
});

test('R-07: with daemons left over, --reset says that it cannot end them, and fails', () => {
  const reset = resetWithoutSweep([aDaemon(), aDaemon({ pid: null, port: 9402, skip_reason: null })], 0);
  expect(repairLines({ ...NOTHING, reset })).toEqual([
    '--reset: 0 orphan(s) swept, 2 skipped, 0 failed.',
    '--reset: this version cannot end daemons yet; nothing was changed.',
    LOGIN_STAYS,
  ]);
  expect(reset.skipped).toEqual([
    { pid: 71, port: 9400, cleanup_class: 'operator_required', skip_reason: 'pre_marker' },
    { pid: null, port: 9402, cleanup_class: 'operator_required', skip_reason: 'sweep_not_supported' },
  ]);
  expect(exitCodeOf([], { ...NOTHING, reset })).toBe(1);
  expect(exitCodeOf([], { ...NOTHING, reset: resetWithoutSweep([], 0) })).toBe(0);
});
