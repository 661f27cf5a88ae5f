import { isFresh, isOver } from '../session/session.ts';
import { isStoreFault } from '../session/store-fault.ts';
import type { StoredSession } from '../session/stored-session.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { AuthFinding } from './doctor-finding.ts';
import { findProblems, isLost } from './find-problems.ts';

/** What a login is good for: said alike by whoever is asked, and of one mind with the doctor. */
export interface LoginStanding {
  readonly state: 'authenticated' | 'expired' | 'unusable' | 'not_authenticated';
  /** `hindered` by something on this machine, with a login that is whole; `lost` where only a new login helps. */
  readonly renewal: 'possible' | 'hindered' | 'lost';
  readonly stored: StoredSession;
  /** What the doctor calls critical, and what keeps the login from being renewed. */
  readonly findings: readonly AuthFinding[];
}

/** Critical findings that keep a whole login from being renewed. */
const HINDRANCES = new Set(['F-003', 'F-017']);

/** What a login is good for, by the findings of the doctor. */
export function loginStanding(facts: DoctorFacts): LoginStanding {
  const { issuer, lastServer } = facts;
  const stored =
    facts.stored.kind === 'absent' && issuer === null ? (lastServer ?? facts.stored) : facts.stored;
  const lost = isLost(facts);
  const findings = findProblems(facts).filter(
    ({ id, severity }) => severity === 'critical' || (lost && id === 'F-011'),
  );
  const renewal = renewalOf(facts, findings);
  return { state: stateOf(stored, renewal, facts.nowMs), renewal, stored, findings };
}

function renewalOf(facts: DoctorFacts, findings: readonly AuthFinding[]): LoginStanding['renewal'] {
  const { stored, nowMs, misplaced } = facts;
  if (stored.kind !== 'ok' || isOver(stored.session, nowMs) || isLost(facts)) return 'lost';
  const isHindered = misplaced !== null || findings.some(({ id }) => HINDRANCES.has(id));
  return isHindered ? 'hindered' : 'possible';
}

function stateOf(
  stored: StoredSession,
  renewal: LoginStanding['renewal'],
  nowMs: number,
): LoginStanding['state'] {
  if (stored.kind !== 'ok') return isStoreFault(stored) ? 'unusable' : 'not_authenticated';
  if (isOver(stored.session, nowMs)) return 'expired';
  if (renewal === 'possible' || isFresh(stored.session, nowMs, 0)) return 'authenticated';
  return renewal === 'lost' ? 'expired' : 'unusable';
}
