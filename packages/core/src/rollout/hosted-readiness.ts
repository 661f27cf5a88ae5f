import { READINESS_WORDING } from '../hosted-wording.ts';
import type { ReadinessProbes } from '../ports/session/readiness-probes.ts';
import type { HttpAnswer } from '../session/http-answer.ts';
import type { StoredSession } from '../session/stored-session.ts';
import type { ReadinessNeeds } from './readiness-needs.ts';
import { isHostedSyncEnabled } from './rollout-gate.ts';

/** What a hosted command finds before it begins; `ready`, or the first thing that keeps it from working (A§9.2). */
export type ReadinessState = keyof typeof READINESS_WORDING;

/** A state with its words; `details` are for programs, and hold no secret. */
export interface HostedReadiness {
  readonly state: ReadinessState;
  readonly message: string;
  readonly next_action: string | null;
  readonly details: Readonly<Record<string, string>>;
}

/** What is asked of readiness, and by whom. */
export interface ReadinessQuestion {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly needs: ReadinessNeeds;
  /** The mission that a binding is looked for; named where there is none. */
  readonly mission: string;
  readonly nowMs: number;
}

type Details = Readonly<Record<string, string>>;
type Probe = 'rollout' | 'auth' | 'host' | 'reachability' | 'binding';
interface Failure {
  readonly state: Exclude<ReadinessState, 'ready'>;
  readonly details?: Details;
}

/** What one look sees of what the looks before it have seen. */
interface Seen {
  stored: StoredSession;
  origin: string;
}

/** Looks at one thing after the other, up to the first that fails. Never throws. */
export async function evaluateReadiness(
  probes: ReadinessProbes,
  question: ReadinessQuestion,
): Promise<HostedReadiness> {
  const seen: Seen = { stored: { kind: 'absent' }, origin: '' };
  for (const [probe, look] of Object.entries(LOOKS) as readonly [Probe, Look][]) {
    const failure = await lookOrThrown(look, { probes, question, seen });
    if (failure) {
      const details = { probe, ...(seen.origin && { server_url: seen.origin }), ...failure.details };
      return worded(failure.state, details, question.mission);
    }
  }
  return worded('ready', {}, question.mission);
}

interface Sight {
  readonly probes: ReadinessProbes;
  readonly question: ReadinessQuestion;
  readonly seen: Seen;
}
type Look = (sight: Sight) => Promise<Failure | undefined>;

async function lookOrThrown(look: Look, sight: Sight): Promise<Failure | undefined> {
  try {
    return await look(sight);
  } catch (error) {
    // What a probe could not find out is no reason to end: the state says which one, and how.
    const type = error instanceof Error ? error.name : typeof error;
    return { state: 'host_unreachable', details: { error: type } };
  }
}

const LOOKS: Readonly<Record<Probe, Look>> = {
  rollout: async ({ question: { env } }) =>
    isHostedSyncEnabled(env) ? undefined : { state: 'rollout_disabled' },
  auth: async ({ probes, question: { nowMs }, seen }) => {
    seen.stored = await probes.session();
    const details = whyUnusable(seen.stored, nowMs);
    return details && { state: 'missing_auth', details };
  },
  host: async ({ question: { env }, seen }) => {
    const details = whyNoHost(env['SPEC_KITTY_SAAS_URL'] ?? '', seen);
    return details && { state: 'missing_host_config', details };
  },
  reachability: async ({ probes, question, seen }) => {
    const answer = question.needs.reachability ? await probes.reach(seen.origin) : undefined;
    return answer?.kind === 'failed' ? { state: 'host_unreachable', details: causeOf(answer) } : undefined;
  },
  binding: async ({ probes, question }) =>
    question.needs.binding && !(await probes.isBound()) ? { state: 'missing_mission_binding' } : undefined,
};

function causeOf({ cause }: Extract<HttpAnswer, { readonly kind: 'failed' }>): Details {
  return { cause };
}

/** A fault of the store is told as one: whoever has a login that cannot be read is not signed out. */
function whyUnusable(stored: StoredSession, nowMs: number): Details | undefined {
  switch (stored.kind) {
    case 'ok': {
      const { accessExpiresAtMs, refreshExpiresAtMs } = stored.session.tokens;
      const isOver = accessExpiresAtMs <= nowMs && refreshExpiresAtMs !== null && refreshExpiresAtMs <= nowMs;
      return isOver ? { reason: 'expired' } : undefined;
    }
    case 'absent':
      return { reason: 'absent' };
    case 'ended':
      return { reason: stored.reason };
    case 'unsupported_version':
      return { store_fault: stored.kind, path: stored.path };
    case 'wrong_key':
    case 'unreadable':
    case 'insecure':
    case 'corrupt':
      return { store_fault: stored.kind, why: stored.why, path: stored.path };
  }
}

/** The machine's own server alone will do, and only the one that the login is for. */
function whyNoHost(configured: string, seen: Seen): Details | undefined {
  if (configured.trim() === '') return { reason: 'unset' };
  if (!URL.canParse(configured.trim())) return { reason: 'invalid' };
  const { origin } = new URL(configured.trim());
  const issuer = seen.stored.kind === 'ok' ? seen.stored.session.issuer : '';
  if (origin !== issuer) return { reason: 'other_issuer', server_url: origin, issuer };
  seen.origin = origin;
  return undefined;
}

function worded(state: ReadinessState, details: Details, mission: string): HostedReadiness {
  const [message, action] = READINESS_WORDING[state];
  const fill = (text: string) =>
    text
      .replace('{server_url}', () => details['server_url'] ?? 'SPEC_KITTY_SAAS_URL')
      .replace('{feature_slug}', () => mission);
  return { state, message: fill(message), next_action: action && fill(action), details };
}
