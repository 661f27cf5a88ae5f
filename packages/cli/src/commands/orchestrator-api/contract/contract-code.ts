import type { OrchestratorCommand } from './envelope.ts';

/** Words of the contract, each with the codes of {@link Fault}s that it stands for besides one of its own name. */
type Words = Readonly<Record<string, readonly string[]>>;

/** What means the same in every command; it goes before what a command has of its own. */
const ANYWHERE: Words = {
  MISSION_NOT_FOUND: [],
  MISSION_AMBIGUOUS_SELECTOR: [],
  WP_NOT_FOUND: [],
  POLICY_METADATA_REQUIRED: [],
  POLICY_VALIDATION_FAILED: [],
  INTERRUPTED: [],
  INTERNAL_ERROR: [],
  USAGE_ERROR: ['OPTION_INVALID', 'NOTE_EMPTY', 'MISSION_REQUIRED', 'UNKNOWN_COMMAND'],
  STATUS_READ_PATH_NOT_FOUND: [
    'NOT_A_REPOSITORY',
    'NO_PRIMARY_CHECKOUT',
    'WORKTREE_PUT_AWAY',
    'CURRENT_FOLDER_GONE',
    'META_MISSING',
    'META_CORRUPT',
    'MISSION_ID_MISSING',
    'MISSION_ID_DUPLICATE',
    'LOG_CORRUPT',
  ],
};

interface CommandWords {
  readonly words: Words;
  /** What every failure is that has no word of its own. */
  readonly otherwise: string;
}

const HELD: Words = { WP_ALREADY_CLAIMED: ['HELD_BY_OTHER'] };
const WAITING: Words = { DEPENDENCIES_NOT_SATISFIED: [] };
const READING: CommandWords = { words: {}, otherwise: 'STATUS_READ_PATH_NOT_FOUND' };

const OF: Readonly<Record<OrchestratorCommand | 'unknown', CommandWords>> = {
  unknown: { words: {}, otherwise: 'USAGE_ERROR' },
  'contract-version': { words: { CONTRACT_VERSION_MISMATCH: [] }, otherwise: 'USAGE_ERROR' },
  'mission-state': READING,
  'list-ready': READING,
  'resolve-workspace': READING,
  'start-implementation': {
    words: { ...HELD, ...WAITING, TRANSITION_REJECTED: ['NOT_FINALIZED', 'NOT_CLAIMABLE', 'GUARD_ACTOR'] },
    otherwise: 'LANE_ALLOCATION_FAILED',
  },
  'start-review': { words: HELD, otherwise: 'TRANSITION_REJECTED' },
  transition: { words: { ...HELD, ...WAITING }, otherwise: 'TRANSITION_REJECTED' },
  'append-history': { words: {}, otherwise: 'HISTORY_COMMIT_FAILED' },
  'accept-mission': {
    words: {
      WORKFLOW_EVIDENCE_REQUIRED: [],
      MISSION_NOT_READY: [
        'WP_FILE_INVALID',
        'WP_DUPLICATE',
        'MISSION_MERGED',
        'NOT_FINALIZED',
        'UNREVIEWED_COMMITS',
        'APPROVAL_WITHOUT_COMMIT',
        'APPROVALS_DIVERGED',
      ],
      SAFE_COMMIT_HEAD_MISMATCH: ['WRONG_BRANCH', 'DETACHED_HEAD', 'MISSION_NOT_ON_BRANCH'],
      SAFE_COMMIT_PATH_POLICY: ['MISSION_IGNORED', 'NOT_A_PLAIN_FILE', 'SPARSE_CHECKOUT'],
    },
    otherwise: 'SAFE_COMMIT_GENERIC',
  },
  'merge-mission': { words: { UNSUPPORTED_STRATEGY: [] }, otherwise: 'PREFLIGHT_FAILED' },
};

/** The contract's word for a failure (L§10.3): a closed list, so that callers need no other; what it was in detail is beside it. */
export function contractCode(command: OrchestratorCommand | 'unknown', code: string): string {
  const { words, otherwise } = OF[command];
  return wordFor(code, ANYWHERE) ?? wordFor(code, words) ?? otherwise;
}

/** Every code that a command can answer with, in order. */
export function possibleCodes(command: OrchestratorCommand | 'unknown'): readonly string[] {
  const { words, otherwise } = OF[command];
  return [...new Set([...Object.keys(ANYWHERE), ...Object.keys(words), otherwise])].toSorted();
}

function wordFor(code: string, words: Words): string | undefined {
  return Object.keys(words).find((word) => word === code || words[word]?.includes(code));
}
