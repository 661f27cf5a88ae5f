/** One command line of the table, as it is typed without `--mission` and `--json`. */
export interface BadInputRow {
  /** How the tables call it: its command, or the command and what is special about the line. */
  readonly name: string;
  readonly line: string;
  /** State of the mission in which the line succeeds when nothing is wrong. */
  readonly stage: 'open' | 'approved';
  /** Promises to change nothing, whatever happens. */
  readonly reads: boolean;
  /** Works in a repository of its own, so that only the machine can be wrong. */
  readonly apart?: boolean;
  /**
   * What the line comes to when nothing is wrong, of a row that the tables name only where it ends in another way. It is
   * run with `--json` alone: how failures are worded is shown by the other rows.
   */
  readonly usual?: 'ok' | '1' | `1 ${string}`;
}

function reading<L extends string, N extends string = L>(line: L, name?: N) {
  return { name: (name ?? line) as N, line, stage: 'open', reads: true } as const;
}

function writing<L extends string, N extends string = L>(line: L, name?: N) {
  return { ...reading(line, name), reads: false } as const;
}

function usually<const R extends BadInputRow, const U extends string>(usual: U, row: R) {
  return { ...row, usual } as const;
}

/** What an orchestrator and its agents may do, in one word of a line. */
const POLICY =
  '{"orchestrator_id":"x","orchestrator_version":"1","agent_family":"x","approval_mode":"x","sandbox_mode":"x","network_mode":"none","dangerous_flags":[]}';

/** At least one line of every command. In no stage is there a conflict, or something that was put away. */
export const BAD_INPUT_ROWS = [
  writing('init ../fresh', 'init'),
  reading('next --agent ada', 'next'),
  writing('next --agent ada --result success', 'next --result'),
  reading('status'),
  reading('status --all'),
  { ...writing('accept --actor ada', 'accept'), stage: 'approved' },
  { ...writing('merge --actor ada --without-acceptance', 'merge'), stage: 'approved' },
  writing('agent action implement WP02 --agent ada', 'agent action implement'),
  writing('agent action implement WP04 --agent ada', 'agent action implement (planning)'),
  writing('agent action review WP01 --agent bob', 'agent action review'),
  writing('agent mission create new-mission', 'agent mission create'),
  writing('agent mission setup-plan'),
  reading('agent mission check-prerequisites'),
  writing('agent mission finalize-tasks'),
  reading('agent mission list'),
  reading('agent mission graph'),
  reading('agent tasks status'),
  reading('agent tasks list-tasks'),
  writing('agent tasks move-task WP01 --to approved --agent bob --note fine', 'agent tasks move-task'),
  writing('agent tasks mark-status T001 --status pending --agent ada', 'agent tasks mark-status'),
  writing('agent tasks finalize-tasks'),
  writing(
    'agent tasks map-requirements --wp WP02 --refs FR-001 --tracker-ref T-1',
    'agent tasks map-requirements',
  ),
  writing('agent tasks add-history WP01 --note x --agent ada', 'agent tasks add-history'),
  reading('agent tasks list-dependents WP01', 'agent tasks list-dependents'),
  reading('agent tasks validate-workflow WP02', 'agent tasks validate-workflow'),
  writing('agent status emit WP02 --to blocked --actor ada --reason x', 'agent status emit'),
  writing('agent status materialize'),
  reading('agent status validate'),
  reading('agent status doctor'),
  reading('trust show'),
  writing('trust allow'),
  writing('trust revoke'),
  { ...writing('demo --prepare ../made', 'demo --prepare'), apart: true },
  usually('1 SERVER_UNKNOWN', reading('auth login')),
  usually('ok', reading('auth logout')),
  usually('ok', reading('auth status')),
  usually('1', reading('auth whoami')),
  usually('1', reading('auth doctor')),
  usually('ok', writing('implement WP02 --agent ada', 'implement')),
  usually('ok', writing('quick repair', 'quick')),
  usually('ok', writing('research')),
  usually('ok', writing('tasks')),
  usually('ok', reading('clarify')),
  usually('ok', reading('check')),
  usually('ok', reading('trace')),
  usually('ok', reading('analyze')),
  usually('ok', reading('mission-type list')),
  usually('ok', reading('mission-type show research', 'mission-type show')),
  usually(
    'ok',
    writing('agent mission record-analysis --input-file README.md', 'agent mission record-analysis'),
  ),
  usually(
    '1 MATRIX_ROW_UNKNOWN',
    writing(
      'agent mission acceptance-verdict --criterion AC-1 --result pass --actor ada',
      'agent mission acceptance-verdict',
    ),
  ),
  usually('ok', writing('agent issue-verdict --issue 1 --verdict fixed --evidence x', 'agent issue-verdict')),
  usually('ok', writing('agent mission abandon --reason x', 'agent mission abandon')),
  usually('1 MISSION_NOT_READY', writing('conflicts start')),
  usually('1 NO_RESOLUTION', writing('conflicts continue')),
  usually('1 NO_RESOLUTION', writing('conflicts abort')),
  usually('ok', reading('recover list')),
  usually('1 NOTHING_TO_RECOVER', reading('recover show x', 'recover show')),
  usually('1 NOTHING_TO_RECOVER', writing('recover restore x', 'recover restore')),
  usually('ok', writing('recover prune')),
  usually('ok', reading('agent config list')),
  usually('ok', writing('agent config add codex', 'agent config add')),
  usually('ok', writing('agent config remove codex', 'agent config remove')),
  usually('ok', writing('agent config set auto_commit true', 'agent config set')),
  usually('ok', reading('agent config status')),
  usually('ok', writing('agent config sync')),
  usually(
    'ok',
    writing(
      'agent decision open --flow specify --slot-key specify.scope --input-key k --question Why?',
      'agent decision open',
    ),
  ),
  usually(
    '1 DECISION_NOT_FOUND',
    writing('agent decision resolve 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --final-answer EUR', 'agent decision resolve'),
  ),
  usually(
    '1 DECISION_NOT_FOUND',
    writing('agent decision defer 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --rationale later', 'agent decision defer'),
  ),
  usually(
    '1 DECISION_NOT_FOUND',
    writing('agent decision cancel 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C --rationale no', 'agent decision cancel'),
  ),
  usually('ok', reading('agent decision verify')),
  usually('ok', reading('charter status')),
  usually('ok', reading('charter context --action review', 'charter context')),
  usually('ok', writing('intake README.md', 'intake')),
  usually('ok', writing('retrospect create')),
  usually('ok', reading('retrospect summary')),
  usually('ok', reading('run --implementer script --dry-run', 'run')),
  usually('ok', reading('run resume --implementer script --dry-run', 'run resume')),
  usually('ok', reading('run status')),
  usually('1 NO_RUN', reading('run logs WP01', 'run logs')),
  usually('1 NO_RUN', reading('run report')),
  usually('1 NO_RUN', reading('run stop')),
  usually('ok', reading('orchestrator-api contract-version')),
  usually('ok', reading('orchestrator-api mission-state')),
  usually('ok', reading('orchestrator-api list-ready')),
  usually(
    'ok',
    reading('orchestrator-api resolve-workspace --wp WP01', 'orchestrator-api resolve-workspace'),
  ),
  usually(
    'ok',
    writing(
      `orchestrator-api start-implementation --wp WP02 --actor ada --policy=${POLICY}` as const,
      'orchestrator-api start-implementation',
    ),
  ),
  usually(
    'ok',
    writing(
      `orchestrator-api start-review --wp WP01 --actor bob --policy=${POLICY}` as const,
      'orchestrator-api start-review',
    ),
  ),
  usually(
    'ok',
    writing(
      'orchestrator-api transition --wp WP02 --to blocked --actor ada --note x',
      'orchestrator-api transition',
    ),
  ),
  usually(
    'ok',
    writing(
      'orchestrator-api append-history --wp WP01 --actor ada --note x',
      'orchestrator-api append-history',
    ),
  ),
  usually('ok', {
    ...writing('orchestrator-api accept-mission --actor ada', 'orchestrator-api accept-mission'),
    stage: 'approved',
  }),
  usually('1 PREFLIGHT_FAILED', writing('orchestrator-api merge-mission')),
  usually('ok', reading('doctor')),
  usually('ok', reading('verify-setup')),
  usually('1 NO_SOURCE_TO_REVIEW', reading('review guard')),
  usually('ok', reading('upgrade --plan')),
  usually('ok', writing('upgrade')),
  usually('1 NO_UPGRADE_KEPT', writing('upgrade --restore')),
] as const satisfies readonly BadInputRow[];

/** A row's name. */
export type RowName = (typeof BAD_INPUT_ROWS)[number]['name'];

/** A row that is told apart only where it does not end as usual. */
export type UsualName = Extract<(typeof BAD_INPUT_ROWS)[number], { usual: string }>['name'];

/** Commands that exit 1 where they find an error, and with warnings alone 0. */
export const DIAGNOSING = ['doctor', 'verify-setup'] as const satisfies readonly UsualName[];

/** Rows about runs of a mission, none of which was ever started. */
export const RUNNING = [
  'run',
  'run resume',
  'run status',
  'run logs',
  'run report',
  'run stop',
] as const satisfies readonly UsualName[];

/** Rows of that kind that ask for a mission. */
export const OF_A_MISSION = [
  ...RUNNING,
  'implement',
  'research',
  'tasks',
  'clarify',
  'check',
  'trace',
  'analyze',
  'agent mission record-analysis',
  'agent mission acceptance-verdict',
  'agent issue-verdict',
  'agent mission abandon',
  'conflicts start',
  'conflicts continue',
  'conflicts abort',
] as const satisfies readonly UsualName[];

/** Rows of that kind that put on record what was asked and what was learnt. */
export const DECIDING = [
  'agent decision open',
  'agent decision resolve',
  'agent decision defer',
  'agent decision cancel',
  'retrospect create',
] as const satisfies readonly UsualName[];

/** Rows of that kind that answer in an envelope. */
export const ORCHESTRATING = [
  'orchestrator-api mission-state',
  'orchestrator-api list-ready',
  'orchestrator-api resolve-workspace',
  'orchestrator-api start-implementation',
  'orchestrator-api start-review',
  'orchestrator-api transition',
  'orchestrator-api append-history',
  'orchestrator-api accept-mission',
  'orchestrator-api merge-mission',
] as const satisfies readonly UsualName[];

/** Rows of that kind about the agents of the project. */
export const CONFIGURING = [
  'agent config list',
  'agent config add',
  'agent config remove',
  'agent config set',
  'agent config status',
  'agent config sync',
] as const satisfies readonly UsualName[];

/** Rows of that kind about what was put away. */
export const RECOVERING = [
  'recover list',
  'recover show',
  'recover restore',
  'recover prune',
] as const satisfies readonly UsualName[];

/** Rows that look at no mission in particular. */
export const WITHOUT_MISSION = [
  'init',
  'status --all',
  'agent mission create',
  'agent mission list',
  'trust show',
  'trust allow',
  'trust revoke',
] as const satisfies readonly RowName[];

/** Rows that show where the packages of a mission stand. */
export const BOARDS = [
  'status',
  'agent tasks status',
  'agent tasks list-tasks',
  'agent tasks list-dependents',
] as const satisfies readonly RowName[];

/** Rows that check, compute and commit a whole plan. */
export const FINALIZING = [
  'agent mission finalize-tasks',
  'agent tasks finalize-tasks',
] as const satisfies readonly RowName[];

/** Rows that add to the event log in passing, on any branch. */
export const NOTING = [
  'next --result',
  'agent tasks mark-status',
  'agent tasks add-history',
  'agent tasks move-task',
  'agent status emit',
] as const satisfies readonly RowName[];

/** Rows that take a package to work on it. */
export const TAKING = [
  'agent action implement',
  'agent action implement (planning)',
  'agent action review',
] as const satisfies readonly RowName[];
