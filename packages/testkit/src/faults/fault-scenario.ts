import type { Fixture, Stage } from './fault-fixture.ts';

/** A command that changes something, and the point of a mission's life at which it is run. */
export interface FaultScenario {
  readonly name: string;
  readonly stage: Stage;
  readonly argv: (fixture: Fixture) => readonly string[];
  /** What it does to the target: a commit of the mission's own files, or of its work, too. */
  readonly target?: 'commits' | 'lands';
}

/** What is struck by faults; each command can be run again until it has done its work. */
export const FAULT_SCENARIOS: readonly [FaultScenario, ...FaultScenario[]] = [
  {
    name: 'append',
    stage: 'worked',
    argv: ({ mission }) => [
      'agent',
      'tasks',
      'mark-status',
      'T002',
      '--status',
      'done',
      '--mission',
      mission,
      '--json',
    ],
  },
  {
    name: 'finalize',
    stage: 'planned',
    target: 'commits',
    argv: ({ mission }) => ['agent', 'mission', 'finalize-tasks', '--mission', mission, '--json'],
  },
  { name: 'claim', stage: 'finalized', argv: claim('WP01') },
  { name: 'claim-on-dependencies', stage: 'reviewed', argv: claim('WP03') },
  { name: 'claim-in-used-lane', stage: 'reviewed', argv: claim('WP04') },
  {
    name: 'hand-over',
    stage: 'worked',
    argv: ({ mission }) => [
      'agent',
      'tasks',
      'move-task',
      'WP01',
      '--to',
      'for_review',
      '--agent',
      'ada',
      '--mission',
      mission,
      '--json',
    ],
  },
  {
    name: 'accept',
    stage: 'approved',
    target: 'commits',
    argv: ({ mission }) => ['accept', '--mission', mission, '--json'],
  },
  {
    name: 'merge',
    stage: 'accepted',
    target: 'lands',
    argv: ({ mission }) => ['merge', '--mission', mission, '--json'],
  },
];

function claim(wp: string): FaultScenario['argv'] {
  return ({ mission }) => [
    'agent',
    'action',
    'implement',
    wp,
    '--agent',
    'ada',
    '--mission',
    mission,
    '--json',
  ];
}
