import type { OrchestratorCommand } from './envelope.ts';

type Codes = Readonly<Record<string, string>>;

/** Codes that mean the same in every command, by the codes of {@link Fault}s. */
const ANYWHERE: Codes = {
  ...same('MISSION_NOT_FOUND', 'MISSION_AMBIGUOUS_SELECTOR', 'WP_NOT_FOUND', 'INTERRUPTED', 'INTERNAL_ERROR'),
  ...same('POLICY_METADATA_REQUIRED', 'POLICY_VALIDATION_FAILED'),
  ...all('USAGE_ERROR', 'OPTION_INVALID', 'NOTE_EMPTY', 'MISSION_REQUIRED', 'UNKNOWN_COMMAND', 'USAGE_ERROR'),
  ...all(
    'STATUS_READ_PATH_NOT_FOUND',
    'NOT_A_REPOSITORY',
    'NO_PRIMARY_CHECKOUT',
    'WORKTREE_PUT_AWAY',
    'CURRENT_FOLDER_GONE',
    'META_MISSING',
    'META_CORRUPT',
  ),
  ...all('STATUS_READ_PATH_NOT_FOUND', 'MISSION_ID_MISSING', 'MISSION_ID_DUPLICATE', 'LOG_CORRUPT'),
};

const HELD: Codes = { HELD_BY_OTHER: 'WP_ALREADY_CLAIMED' };
const WAITING = same('DEPENDENCIES_NOT_SATISFIED');

/** Codes of one command: `otherwise` is what every failure is that has none of its own. */
const OF: Readonly<Record<OrchestratorCommand, Codes & { readonly otherwise: string }>> = {
  'contract-version': { ...same('CONTRACT_VERSION_MISMATCH'), otherwise: 'USAGE_ERROR' },
  'mission-state': { otherwise: 'STATUS_READ_PATH_NOT_FOUND' },
  'list-ready': { otherwise: 'STATUS_READ_PATH_NOT_FOUND' },
  'resolve-workspace': { otherwise: 'STATUS_READ_PATH_NOT_FOUND' },
  'start-implementation': {
    ...HELD,
    ...WAITING,
    ...all('TRANSITION_REJECTED', 'NOT_FINALIZED', 'NOT_CLAIMABLE', 'GUARD_ACTOR'),
    otherwise: 'LANE_ALLOCATION_FAILED',
  },
  'start-review': { ...HELD, otherwise: 'TRANSITION_REJECTED' },
  transition: { ...HELD, ...WAITING, otherwise: 'TRANSITION_REJECTED' },
  'append-history': { otherwise: 'HISTORY_COMMIT_FAILED' },
  'accept-mission': {
    ...same('MISSION_NOT_READY', 'WORKFLOW_EVIDENCE_REQUIRED'),
    ...all('MISSION_NOT_READY', 'WP_FILE_INVALID', 'WP_DUPLICATE', 'MISSION_MERGED', 'NOT_FINALIZED'),
    ...all('MISSION_NOT_READY', 'UNREVIEWED_COMMITS', 'APPROVAL_WITHOUT_COMMIT', 'APPROVALS_DIVERGED'),
    ...all('SAFE_COMMIT_HEAD_MISMATCH', 'WRONG_BRANCH', 'DETACHED_HEAD', 'MISSION_NOT_ON_BRANCH'),
    ...all('SAFE_COMMIT_PATH_POLICY', 'MISSION_IGNORED', 'NOT_A_PLAIN_FILE'),
    otherwise: 'SAFE_COMMIT_GENERIC',
  },
  'merge-mission': { ...same('UNSUPPORTED_STRATEGY'), otherwise: 'PREFLIGHT_FAILED' },
};

/** The contract's word for a failure (L§10.3): a closed list, so that callers need no other; what it was in detail is beside it. */
export function contractCode(command: OrchestratorCommand | 'unknown', code: string): string {
  const { otherwise, own } = codesOf(command);
  return ANYWHERE[code] ?? own[code] ?? otherwise;
}

/** Every code that a command can answer with, in order. */
export function possibleCodes(command: OrchestratorCommand | 'unknown'): readonly string[] {
  const { otherwise, own } = codesOf(command);
  return [...new Set([...Object.values(ANYWHERE), ...Object.values(own), otherwise])].toSorted();
}

function codesOf(command: OrchestratorCommand | 'unknown'): {
  readonly otherwise: string;
  readonly own: Codes;
} {
  if (command === 'unknown') return { otherwise: 'USAGE_ERROR', own: {} };
  const { otherwise, ...own } = OF[command];
  return { otherwise, own };
}

function same(...codes: readonly string[]): Codes {
  return Object.fromEntries(codes.map((code) => [code, code]));
}

function all(meaning: string, ...codes: readonly string[]): Codes {
  return Object.fromEntries(codes.map((code) => [code, meaning]));
}
