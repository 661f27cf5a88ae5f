import type { Stage } from './sample-stages.ts';

/** One command line of a transcript, as it is typed. */
export interface TranscriptLine {
  readonly line: string;
  readonly stage: Stage;
  /** Lines that are run before, and must succeed; they are not shown. */
  readonly before?: readonly string[];
  /** Files that are there by then, by path relative to the repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** What Git does last. */
  readonly git?: readonly string[];
  /** Where it is typed, relative to the repository. */
  readonly cwd?: string;
}

/** What is shown of a command beside a wrong command line: how it goes well, and what it refuses. */
export interface TranscriptRow {
  readonly success: TranscriptLine | { readonly why: string };
  readonly refusal: TranscriptLine | { readonly why: string };
}

type More = Omit<TranscriptLine, 'line' | 'stage'>;

/** Works at a stage, and refuses at another or on another line. */
function row(
  [stage, line, more = {}]: readonly [Stage, string, More?],
  [otherStage, otherLine, otherMore = {}]: readonly [Stage, string, More?],
): TranscriptRow {
  return {
    success: { stage, line, ...more },
    refusal: { stage: otherStage, line: otherLine, ...otherMore },
  };
}

/** Asks for a mission, and there is none of that name. */
function ofMission(stage: Stage, line: string): TranscriptRow {
  return row([stage, line], [stage, `${line} --mission invoices`]);
}

/** Needs a repository, and nothing else. */
function ofRepository(stage: Stage, line: string): TranscriptRow {
  return row([stage, line], [stage, line, { cwd: '..' }]);
}

const ROOT = 'kitty-specs/invoice-export-01KE6Z2V';
const POLICY =
  '\'{"orchestrator_id":"x","orchestrator_version":"1","agent_family":"x","approval_mode":"x","sandbox_mode":"x","network_mode":"none","dangerous_flags":[]}\'';
const FOLDER = '.git/spec-kitty/conflicts/invoice-export-01KE6Z2V-lane-a';
const TRASH = '20260106T120100Z-invoice-export-01KE6Z2V-lane-a';
const ASK =
  'agent decision open --flow specify --slot-key specify.currency --input-key currency --question "Which currency?" --mission invoice-export';
const DECISION = '01KE9JVAEG0000000000000000';
const MARKED = {
  [`${ROOT}/spec.md`]: `# Invoice export\n\n- FR-001: Sums are in [NEEDS CLARIFICATION: which currency?] <!-- decision_id: ${DECISION} -->\n`,
};
const REFUNDS = 'kitty-specs/refunds-01KE9JVA';
const SPECIFIED = { [`${REFUNDS}/spec.md`]: '# Refunds\n\n- FR-001: Refund what was paid twice.\n' };
const CYCLE = {
  [`${ROOT}/tasks.md`]: '## WP01: Read\n\n**Depends on**: WP02\n\n## WP02: Write\n\n**Depends on**: WP01\n',
};

const INITIALIZED = { before: ['init --ai claude'] } as const;

/** Prints what is the same everywhere. */
const REFUSES_NOTHING = { why: 'It depends on nothing that could be wrong.' } as const;

const NEEDS_A_RUN = { why: 'It needs a run.' } as const;

/** Every command by its words; the other names of a command have no row of their own. */
export const TRANSCRIPT_ROWS: Readonly<Record<string, TranscriptRow>> = {
  doctor: row(['new', 'doctor', INITIALIZED], ['new', 'doctor']),
  'verify-setup': row(['new', 'verify-setup', INITIALIZED], ['new', 'verify-setup']),
  upgrade: row(['new', 'upgrade', INITIALIZED], ['new', 'upgrade --restore', INITIALIZED]),
  init: row(
    ['new', 'init --ai claude'],
    ['new', 'init --ai claude', { files: { '.claude/commands/spec-kitty.plan.md': 'Mine.\n' } }],
  ),
  demo: row(['new', 'demo --prepare ../shop'], ['new', 'demo --prepare .']),
  'trust show': row(
    ['new', 'trust show', { files: { '.kittify/config.yaml': 'workspace:\n  setup: [npm, ci]\n' } }],
    ['new', 'trust show', { cwd: '..' }],
  ),
  'trust allow': row(
    ['new', 'trust allow', { files: { '.kittify/config.yaml': 'workspace:\n  setup: [npm, ci]\n' } }],
    ['new', 'trust allow', { files: { '.kittify/config.yaml': 'workspace: [\n' } }],
  ),
  'trust revoke': ofRepository('new', 'trust revoke'),
  'completion bash': { success: { stage: 'new', line: 'completion bash' }, refusal: REFUSES_NOTHING },
  'completion zsh': { success: { stage: 'new', line: 'completion zsh' }, refusal: REFUSES_NOTHING },
  'completion fish': { success: { stage: 'new', line: 'completion fish' }, refusal: REFUSES_NOTHING },
  'completion words': {
    success: { stage: 'open', line: 'completion words -- status --mission i' },
    refusal: REFUSES_NOTHING,
  },
  'auth login': {
    success: { why: 'It needs a server.' },
    refusal: { stage: 'new', line: 'auth login' },
  },
  'auth logout': {
    success: { stage: 'new', line: 'auth logout' },
    refusal: { why: 'It ends whatever there is.' },
  },
  'auth status': { success: { stage: 'new', line: 'auth status' }, refusal: REFUSES_NOTHING },
  'auth whoami': {
    success: { why: 'It needs a login.' },
    refusal: { stage: 'new', line: 'auth whoami' },
  },
  'auth doctor': {
    success: { why: 'It needs a login.' },
    refusal: { stage: 'new', line: 'auth doctor' },
  },
  quick: ofRepository('new', 'quick "Round amounts to cents" --files "src/**"'),
  'charter status': row(
    [
      'new',
      'charter status',
      { files: { '.kittify/charter/charter.md': '# Charter\n\n## Testing\n\nTest first.\n' } },
    ],
    ['new', 'charter status', { cwd: '..' }],
  ),
  'charter context': row(
    [
      'new',
      'charter context --action implement',
      { files: { '.kittify/charter/charter.md': '# Charter\n\n## Testing\n\nTest first.\n' } },
    ],
    ['new', 'charter context --action implement', { cwd: '..' }],
  ),
  intake: row(['new', 'intake README.md'], ['new', 'intake brief.md']),
  specify: row(['new', 'specify refunds'], ['new', 'specify refunds --target-branch release']),
  clarify: row(['open', 'clarify', { files: MARKED }], ['open', 'clarify --mission invoices']),
  plan: row(
    ['new', 'plan', { before: ['specify refunds'], files: SPECIFIED }],
    ['new', 'plan', { before: ['specify refunds'] }],
  ),
  research: ofMission('open', 'research'),
  tasks: row(
    [
      'new',
      'tasks',
      {
        before: ['specify refunds'],
        files: { ...SPECIFIED, [`${REFUNDS}/plan.md`]: '# Plan\n\nOne module.\n' },
      },
    ],
    ['new', 'tasks', { before: ['specify refunds'] }],
  ),
  check: ofMission('open', 'check'),
  analyze: ofMission('open', 'analyze'),
  'mission-type list': { success: { stage: 'new', line: 'mission-type list' }, refusal: REFUSES_NOTHING },
  'mission-type show': {
    success: { stage: 'new', line: 'mission-type show research' },
    refusal: REFUSES_NOTHING,
  },
  next: ofMission('open', 'next --agent claude'),
  status: ofMission('open', 'status'),
  'run start': row(
    ['open', 'run --implementer script --dry-run'],
    ['open', 'run --implementer script --mission invoices'],
  ),
  'run resume': ofMission('open', 'run resume --implementer script --dry-run'),
  'run status': ofMission('open', 'run status'),
  'run logs': { success: NEEDS_A_RUN, refusal: { stage: 'open', line: 'run logs WP01' } },
  'run report': { success: NEEDS_A_RUN, refusal: { stage: 'open', line: 'run report' } },
  'run stop': { success: NEEDS_A_RUN, refusal: { stage: 'open', line: 'run stop' } },
  'review guard': {
    success: { why: 'It reads with the TypeScript of the project, and those of transcripts have none.' },
    refusal: {
      stage: 'new',
      line: 'review guard',
      files: { 'src/auth/sign-in.ts': 'export const open = true;\n' },
    },
  },
  trace: row(['approved', 'trace'], ['approved', 'trace --fail-on untested']),
  accept: row(['approved', 'accept --actor ada'], ['open', 'accept --actor ada']),
  merge: row(['accepted', 'merge --actor ada'], ['open', 'merge --actor ada']),
  'conflicts start': row(['conflict', 'conflicts start'], ['accepted', 'conflicts start']),
  'conflicts continue': row(
    [
      'conflict',
      'conflicts continue --agent claude',
      {
        before: ['conflicts start'],
        files: { [`${FOLDER}/src/wp01/work.js`]: "exports.part = 'WP01';\nexports.count = 2;\n" },
        git: ['-C', FOLDER, 'add', '--all'],
      },
    ],
    ['conflict', 'conflicts continue --agent claude', { before: ['conflicts start'] }],
  ),
  'conflicts abort': row(
    ['conflict', 'conflicts abort', { before: ['conflicts start'] }],
    ['conflict', 'conflicts abort'],
  ),
  'recover list': ofRepository('abandoned', 'recover list'),
  'recover show': row(['abandoned', `recover show ${TRASH}`], ['abandoned', 'recover show lane-b']),
  'recover restore': row(['abandoned', `recover restore ${TRASH}`], ['abandoned', 'recover restore lane-b']),
  'recover prune': ofRepository('abandoned', 'recover prune --older-than 0'),
  'retrospect create': ofMission('approved', 'retrospect create'),
  'retrospect summary': row(
    ['approved', 'retrospect summary', { before: ['retrospect create'] }],
    ['approved', 'retrospect summary', { cwd: '..' }],
  ),
  'mission abandon': row(
    ['open', 'mission abandon --reason superseded'],
    ['open', 'mission abandon --reason superseded --mission invoices'],
  ),
  'agent action implement': row(
    ['planned', 'agent action implement WP01 --agent claude'],
    ['planned', 'agent action implement WP02 --agent claude'],
  ),
  'agent action review': row(
    ['open', 'agent action review WP01 --agent codex'],
    ['open', 'agent action review WP02 --agent codex'],
  ),
  'agent mission check-prerequisites': ofMission('open', 'agent mission check-prerequisites'),
  'agent mission finalize-tasks': row(
    ['planned', 'agent mission finalize-tasks'],
    ['planned', 'agent mission finalize-tasks', { files: CYCLE }],
  ),
  'agent mission record-analysis': row(
    [
      'planned',
      'agent mission record-analysis --input-file analysis.md --agent codex',
      {
        files: {
          'analysis.md':
            '# Analysis\n\n| ID | Severity | Summary |\n|---|---|---|\n| A1 | HIGH | FR-002 is vague |\n',
        },
      },
    ],
    ['planned', 'agent mission record-analysis --input-file analysis.md --agent codex'],
  ),
  'agent mission list': ofRepository('open', 'agent mission list'),
  'agent mission graph': ofMission('open', 'agent mission graph'),
  'agent mission acceptance-verdict': row(
    ['approved', 'agent mission acceptance-verdict --criterion FR-001 --result pass --actor ada'],
    ['approved', 'agent mission acceptance-verdict --criterion FR-009 --result pass --actor ada'],
  ),
  'agent tasks status': ofMission('open', 'agent tasks status'),
  'agent tasks list-tasks': ofMission('open', 'agent tasks list-tasks'),
  'agent tasks move-task': row(
    ['open', 'agent tasks move-task WP01 --to approved --agent codex --note fine'],
    ['open', 'agent tasks move-task WP02 --to for_review --agent claude'],
  ),
  'agent tasks mark-status': row(
    ['open', 'agent tasks mark-status T003 --status done --agent claude'],
    ['open', 'agent tasks mark-status T009 --status done --agent claude'],
  ),
  'agent tasks map-requirements': row(
    ['planned', 'agent tasks map-requirements --wp WP02 --refs FR-002,FR-003'],
    ['planned', 'agent tasks map-requirements --wp WP02 --refs FR-009'],
  ),
  'agent tasks add-history': row(
    ['open', 'agent tasks add-history WP01 --note "Sums are rounded." --agent claude'],
    ['open', 'agent tasks add-history WP09 --note "Sums are rounded." --agent claude'],
  ),
  'agent tasks list-dependents': row(
    ['open', 'agent tasks list-dependents WP01'],
    ['open', 'agent tasks list-dependents WP09'],
  ),
  'agent tasks validate-workflow': row(
    ['open', 'agent tasks validate-workflow WP01'],
    ['open', 'agent tasks validate-workflow WP09'],
  ),
  'agent decision open': row(['planned', ASK], ['planned', ASK.replace('--slot-key specify.currency ', '')]),
  'agent decision resolve': row(
    ['planned', `agent decision resolve ${DECISION} --final-answer EUR`, { before: [ASK] }],
    ['planned', `agent decision resolve ${DECISION} --final-answer EUR`],
  ),
  'agent decision defer': row(
    ['planned', `agent decision defer ${DECISION} --rationale "Ask the bank first"`, { before: [ASK] }],
    [
      'planned',
      `agent decision defer ${DECISION} --rationale "Ask the bank first"`,
      { before: [ASK, `agent decision resolve ${DECISION} --final-answer EUR`] },
    ],
  ),
  'agent decision cancel': row(
    ['planned', `agent decision cancel ${DECISION} --rationale "Sums have no currency"`, { before: [ASK] }],
    ['planned', `agent decision cancel ${DECISION} --rationale "Sums have no currency"`],
  ),
  'agent decision verify': row(
    ['planned', 'agent decision verify'],
    [
      'planned',
      'agent decision verify',
      { before: [ASK, `agent decision defer ${DECISION} --rationale "Ask the bank first"`] },
    ],
  ),
  'agent issue-verdict': row(
    ['approved', 'agent issue-verdict --issue 12 --verdict fixed --evidence "WP01"'],
    ['approved', 'agent issue-verdict --issue 12 --verdict fixed'],
  ),
  'agent status emit': row(
    ['open', 'agent status emit WP02 --to blocked --actor claude --reason "No test data"'],
    ['open', 'agent status emit WP02 --to done --actor claude'],
  ),
  'agent status materialize': ofMission('open', 'agent status materialize'),
  'agent status validate': row(
    ['open', 'agent status validate'],
    ['open', 'agent status validate', { files: { [`${ROOT}/status.events.jsonl`]: '{"event_id": 1}\n' } }],
  ),
  'agent status doctor': ofMission('open', 'agent status doctor'),
  'agent config list': row(['new', 'agent config list', INITIALIZED], ['new', 'agent config list']),
  'agent config add': row(
    ['new', 'agent config add codex', INITIALIZED],
    [
      'new',
      'agent config add codex',
      { ...INITIALIZED, files: { '.codex/skills/spec-kitty.plan/SKILL.md': 'Mine.\n' } },
    ],
  ),
  'agent config remove': row(
    ['new', 'agent config remove claude', INITIALIZED],
    ['new', 'agent config remove claude'],
  ),
  'agent config set': row(
    ['new', 'agent config set auto_commit false', INITIALIZED],
    ['new', 'agent config set auto_commit false'],
  ),
  'agent config status': row(['new', 'agent config status', INITIALIZED], ['new', 'agent config status']),
  'agent config sync': row(['new', 'agent config sync', INITIALIZED], ['new', 'agent config sync']),
  'orchestrator-api contract-version': row(
    ['new', 'orchestrator-api contract-version'],
    ['new', 'orchestrator-api contract-version --provider-version 0.0.1'],
  ),
  'orchestrator-api mission-state': row(
    ['open', 'orchestrator-api mission-state --mission invoice-export'],
    ['open', 'orchestrator-api mission-state --mission invoices'],
  ),
  'orchestrator-api list-ready': row(
    ['open', 'orchestrator-api list-ready --mission invoice-export'],
    ['open', 'orchestrator-api list-ready --mission invoices'],
  ),
  'orchestrator-api resolve-workspace': row(
    ['open', 'orchestrator-api resolve-workspace --mission invoice-export --wp WP01'],
    ['open', 'orchestrator-api resolve-workspace --mission invoice-export --wp WP09'],
  ),
  'orchestrator-api start-implementation': row(
    [
      'planned',
      `orchestrator-api start-implementation --mission invoice-export --wp WP01 --actor claude --policy ${POLICY}`,
    ],
    ['planned', 'orchestrator-api start-implementation --mission invoice-export --wp WP01 --actor claude'],
  ),
  'orchestrator-api start-review': row(
    [
      'open',
      `orchestrator-api start-review --mission invoice-export --wp WP01 --actor codex --policy ${POLICY}`,
    ],
    [
      'open',
      `orchestrator-api start-review --mission invoice-export --wp WP02 --actor codex --policy ${POLICY}`,
    ],
  ),
  'orchestrator-api transition': row(
    [
      'open',
      'orchestrator-api transition --mission invoice-export --wp WP02 --to blocked --actor claude --note "No test data"',
    ],
    ['open', 'orchestrator-api transition --mission invoice-export --wp WP02 --to done --actor claude'],
  ),
  'orchestrator-api append-history': row(
    [
      'open',
      'orchestrator-api append-history --mission invoice-export --wp WP01 --actor claude --note "Sums are rounded."',
    ],
    [
      'open',
      'orchestrator-api append-history --mission invoice-export --wp WP09 --actor claude --note "Sums are rounded."',
    ],
  ),
  'orchestrator-api accept-mission': row(
    ['approved', 'orchestrator-api accept-mission --mission invoice-export --actor ada'],
    ['open', 'orchestrator-api accept-mission --mission invoice-export --actor ada'],
  ),
  'orchestrator-api merge-mission': row(
    ['accepted', 'orchestrator-api merge-mission --mission invoice-export'],
    ['open', 'orchestrator-api merge-mission --mission invoice-export'],
  ),
  teamspace: {
    success: { why: 'The server’s own program answers, and its tests are beside it.' },
    refusal: { why: 'The same, but for the one that says how to install it.' },
  },
  mcp: {
    success: { why: 'It serves until its input ends.' },
    refusal: { why: 'What is wrong with a repository is the answer of a tool.' },
  },
  implement: row(['planned', 'implement WP01 --agent claude'], ['planned', 'implement WP02 --agent claude']),
};
