import type { DaemonIdentity } from '@spec-kitty/core/auth-doctor/daemon-identity';
import type { AuthFinding } from '@spec-kitty/core/auth-doctor/doctor-finding';
import type { DoctorFacts } from '@spec-kitty/core/auth-doctor/doctor-facts';
import { type DoctorActions, repairLines } from '@spec-kitty/core/auth-doctor/doctor-report';
import { findProblems, isStuck } from '@spec-kitty/core/auth-doctor/find-problems';
import { RE_AUTHENTICATE, type ServerSession } from '@spec-kitty/core/auth-doctor/server-session';
import { endLine } from '@spec-kitty/core/session/end-reason';
import { isoTime } from '@spec-kitty/core/session/session-document';
import { explainStoreFault, isStoreFault } from '@spec-kitty/core/session/store-fault';
import { remaining } from './remaining.ts';

type Row = readonly [name: string, value: string];

/** What people are told, section by section (A§6.1). */
export function doctorLines(facts: DoctorFacts, actions: DoctorActions): readonly string[] {
  const findings = findProblems(facts);
  const repairs = repairLines(actions);
  return [
    ...section('Identity', identityRows(facts)),
    ...section('Tokens', tokenRows(facts)),
    ...section('Storage', storageRows(facts)),
    ...section('Refresh Lock', lockRows(facts)),
    ...section('Daemon', daemonRows(facts)),
    'Orphans',
    ...orphanLines(facts),
    '',
    'Findings',
    ...findingLines(findings),
    ...(actions.server ? [] : ['', 'Hint: run with --server to ask the server whether the login holds.']),
    ...(repairs.length > 0 ? ['', ...repairs] : []),
    ...(actions.server ? ['', 'Server Session', ...serverLines(actions.server)] : []),
  ];
}

function section(title: string, rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd()), ''];
}

function identityRows({ stored }: DoctorFacts): readonly Row[] {
  if (isStoreFault(stored)) return [['Login', `cannot be used: ${explainStoreFault(stored)}`]];
  if (stored.kind === 'absent') return [['Login', 'none']];
  if (stored.kind === 'ended') return [['Last login ended', endLine(stored.reason, stored.atMs)]];
  const { account, issuer, tokens } = stored.session;
  return [
    ['User', account.name === '' ? account.email : `${account.name} <${account.email}>`],
    ['Server', issuer],
    ['Session ID', tokens.sessionId],
  ];
}

function tokenRows({ stored, nowMs }: DoctorFacts): readonly Row[] {
  if (stored.kind !== 'ok')
    return [
      ['Access token', 'none'],
      ['Refresh token', 'none'],
    ];
  const { accessExpiresAtMs, refreshExpiresAtMs: ends } = stored.session.tokens;
  return [
    ['Access token', remaining(accessExpiresAtMs - nowMs)],
    ['Refresh token', ends === null ? 'server-managed' : remaining(ends - nowMs)],
  ];
}

function storageRows({ root, stored, place }: DoctorFacts): readonly Row[] {
  return [
    ['Backend', 'Encrypted session file'],
    ['Folder', root],
    ...(isStoreFault(stored) ? [['File', stored.path] as const] : []),
    ...(place.network === null ? [] : [['File system', `${place.network} (on another machine)`] as const]),
  ];
}

function lockRows({ lock, nowMs, stuckMs }: DoctorFacts): readonly Row[] {
  const { state, holder, sinceMs, verdict } = lock;
  const free = verdict === 'unknown' ? 'free, as far as this machine sees' : 'free';
  const word = { free: 'free', held: 'held', abandoned_record: `${free}; a record was left behind` }[state];
  if (state === 'free') return [['State', word]];
  const age = sinceMs === null ? '' : `, ${Math.max(0, Math.floor((nowMs - sinceMs) / 1000))}s ago`;
  return [
    ['State', isStuck(lock, nowMs, stuckMs) ? `${word}, stuck` : word],
    ['Holder', holder ? `process ${holder.pid} on ${holder.host || '(unknown)'}` : '(unknown)'],
    ['Since', sinceMs === null ? '(unknown)' : `${isoTime(sinceMs).slice(0, 19)}Z${age}`],
  ];
}

function daemonRows({ scan: { recorded } }: DoctorFacts): readonly Row[] {
  if (!recorded) return [['State', 'none is recorded']];
  return [
    ['State', recorded.found ? 'running' : 'recorded, and does not answer'],
    ['PID', String(recorded.pid)],
    ['Port', String(recorded.port)],
    ['Package version', recorded.found?.package_version ?? '(unknown)'],
  ];
}

function orphanLines({ scan: { orphans, isComplete } }: DoctorFacts): readonly string[] {
  const table = [['PID', 'Port', 'Package version', 'Class', 'Reason'], ...orphans.map(orphanCells)];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...table.map((cells) => cells[at]?.length ?? 0)));
  const lines = table.map((cells) =>
    `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  );
  return [
    ...(orphans.length === 0 ? ['  none'] : lines),
    ...(isComplete ? [] : ['  scan incomplete: some ports gave no answer in time']),
  ];
}

function orphanCells(one: DaemonIdentity): readonly string[] {
  const { pid, port, package_version: release, cleanup_class: cleanup, skip_reason: reason } = one;
  return [pid ?? '(unknown)', port, release ?? '(unknown)', cleanup, reason ?? '-'].map(String);
}

function findingLines(findings: readonly AuthFinding[]): readonly string[] {
  if (findings.length === 0) return ['  No problems detected.'];
  return findings.flatMap(({ id, severity, summary, remediation }) => [
    `  [${severity}] ${id}: ${summary}`,
    ...(remediation ? [`    ${remedyLine(remediation)}`] : []),
  ]);
}

function remedyLine({ command, description }: NonNullable<AuthFinding['remediation']>): string {
  if (command === null) return description ?? '';
  return description === null ? `Run: ${command}` : `Run: ${command} — ${description}`;
}

function serverLines({ active, session_id: id, error }: ServerSession): readonly string[] {
  if (active) return ['  active', `  Session ID  ${id ?? '(unknown)'}`];
  if (error === RE_AUTHENTICATE) return ['  invalid', '  Run: spec-kitty auth login --force'];
  return [`  ${error ?? ''}`];
}
