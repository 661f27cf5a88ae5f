import { REPAIR_WORDING, removedLine, sweepLine } from '../hosted-wording.ts';
import { sortedKeys } from '@spec-kitty/protocol/canonical-json';
import { isoTime } from '../session/session-document.ts';
import { isStoreFault } from '../session/store-fault.ts';
import type { CleanupClass, DaemonIdentity } from './daemon-identity.ts';
import type { AuthFinding } from './doctor-finding.ts';
import type { DoctorFacts, PortScan } from './doctor-facts.ts';
import { findProblems, hasChanged, isStuck } from './find-problems.ts';
import type { ServerSession } from './server-session.ts';

/** What became of a lock that was to be released. */
export type LockResult = 'released' | 'not_stuck' | 'held' | 'kept';

/** What was asked for besides looking, and what came of it; `null` for what was not asked for. */
export interface DoctorActions {
  readonly reset: ResetResult | null;
  readonly lock: LockResult | null;
  readonly server: ServerSession | null;
}

/** What became of daemons that were to be ended, of which this version ends none, and of sessions that were put aside. */
export interface ResetResult {
  /** How many sessions were taken away that had been put aside and that nobody can open. */
  readonly removed_sessions: number;
  readonly swept: readonly {
    readonly pid: number | null;
    readonly port: number;
    readonly package_version: string | null;
    readonly protocol_version: number | null;
    readonly cleanup_path: 'http_shutdown' | 'terminate' | 'kill';
    readonly reason: string;
  }[];
  readonly skipped: readonly {
    readonly pid: number | null;
    readonly port: number;
    readonly cleanup_class: CleanupClass;
    readonly skip_reason: string | null;
  }[];
  readonly failed: readonly {
    readonly pid: number | null;
    readonly port: number;
    readonly failure_reason: string;
  }[];
}

/** What a repair that ends no daemons comes to. */
export function resetWithoutSweep(orphans: readonly DaemonIdentity[], removed: number): ResetResult {
  const skipped = orphans.map(({ pid, port, cleanup_class, skip_reason }) => ({
    pid,
    port,
    cleanup_class,
    skip_reason: skip_reason ?? 'sweep_not_supported',
  }));
  return { removed_sessions: removed, swept: [], skipped, failed: [] };
}

const LOCK_LINES: Readonly<Record<LockResult, string>> = {
  released: REPAIR_WORDING.lock_released,
  not_stuck: REPAIR_WORDING.lock_not_stuck,
  held: REPAIR_WORDING.lock_held,
  kept: REPAIR_WORDING.lock_kept,
};

/** What is said of the repairs that were asked for. */
export function repairLines({ reset, lock }: DoctorActions): readonly string[] {
  return [...(reset ? resetLines(reset) : []), ...(lock ? [LOCK_LINES[lock]] : [])];
}

/** Daemons are what a reset is about (A§6.1), and what nobody can use: whoever wants the login ended is told by what. */
function resetLines({ skipped, removed_sessions: removed }: ResetResult): readonly string[] {
  const swept =
    skipped.length === 0
      ? [REPAIR_WORDING.nothing_to_sweep]
      : [sweepLine(0, skipped.length, 0), REPAIR_WORDING.cannot_sweep];
  return [...swept, ...(removed > 0 ? [removedLine(removed)] : []), REPAIR_WORDING.login_stays];
}

/** 1 where something critical is left, or a repair that was asked for cannot be made. */
export function exitCodeOf(findings: readonly AuthFinding[], { reset }: DoctorActions): 0 | 1 {
  const isCritical = findings.some(({ severity }) => severity === 'critical');
  return isCritical || (reset?.skipped.length ?? 0) > 0 ? 1 : 0;
}

/** What programs are told (A§6.3). */
export function doctorReport(facts: DoctorFacts, actions: DoctorActions) {
  const { reset, server } = actions;
  return sortedKeys({
    schema_version: 2 as const,
    generated_at: isoTime(facts.nowMs),
    auth_root: facts.root,
    session: sessionOf(facts),
    refresh_lock: lockOf(facts),
    daemon: daemonOf(facts.scan),
    orphans: facts.scan.orphans,
    scan_complete: facts.scan.isComplete,
    findings: findProblems(facts),
    repairs: repairLines(actions),
    lock_result: actions.lock,
    ...(reset && { reset_result: reset }),
    ...(server && { server_session: server }),
  });
}

function sessionOf(facts: DoctorFacts) {
  const { stored, nowMs } = facts;
  if (stored.kind === 'absent' || stored.kind === 'ended') return null;
  const session = isStoreFault(stored) ? null : stored.session;
  const ends = session?.tokens.refreshExpiresAtMs ?? null;
  return {
    present: true,
    session_id: session && session.tokens.sessionId,
    user_email: session && session.account.email,
    access_token_remaining_s: session && seconds(session.tokens.accessExpiresAtMs - nowMs),
    refresh_token_remaining_s: ends === null ? null : seconds(ends - nowMs),
    storage_backend: 'file' as const,
    in_memory_drift: hasChanged(facts),
  };
}

function lockOf({ lock, nowMs, stuckMs }: DoctorFacts) {
  const { state, holder, sinceMs } = lock;
  return {
    state,
    held: state === 'held',
    holder_pid: holder?.pid ?? null,
    started_at: sinceMs === null ? null : isoTime(sinceMs),
    age_s: sinceMs === null ? null : Math.max(0, seconds(nowMs - sinceMs)),
    stuck: isStuck(lock, nowMs, stuckMs),
    stuck_threshold_s: stuckMs / 1000,
    holder_host: holder?.host ?? null,
  };
}

function daemonOf({ recorded }: PortScan) {
  return (
    recorded && {
      active: recorded.found !== null,
      pid: recorded.pid,
      port: recorded.port,
      package_version: recorded.found?.package_version ?? null,
      protocol_version: recorded.found?.protocol_version ?? null,
    }
  );
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
