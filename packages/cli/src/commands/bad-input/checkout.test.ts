import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  BOARDS,
  CONFIGURING,
  FINALIZING,
  NOTING,
  TAKING,
  WITHOUT_MISSION,
} from '../../testing/bad-input-rows.ts';
import { testBadInput } from '../../testing/bad-input-suite.ts';

testBadInput({
  'another branch that has the mission': {
    damage: ({ repository }) => void repository.git('switch', '--quiet', '--create', 'other'),
    names: ['main', 'other'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...NOTING,
        'next',
        'merge',
        'agent action implement',
        'agent action review',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
      '1 WRONG_BRANCH': [...FINALIZING, 'accept', 'agent action implement (planning)'],
    },
  },
  'another branch without the mission': {
    damage: ({ repository }) => {
      repository.git('add', '--all', '--', 'kitty-specs');
      repository.git('commit', '--quiet', '--message', 'The log');
      repository.git('switch', '--quiet', '--orphan', 'empty');
      repository.git('commit', '--quiet', '--allow-empty', '--message', 'Nothing');
    },
    names: ['main', 'empty'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...NOTING,
        'next',
        'merge',
        'agent mission graph',
        'agent tasks validate-workflow',
        'agent status validate',
        'agent status doctor',
      ],
      '1 MISSION_NOT_ON_BRANCH': [
        'implement',
        'research',
        'tasks',
        'agent mission record-analysis',
        'agent mission acceptance-verdict',
        'agent issue-verdict',
        'agent mission check-prerequisites',
        ...FINALIZING,
        ...TAKING,
        'accept',
        'agent mission setup-plan',
        'agent tasks map-requirements',
        'agent status materialize',
      ],
      '1 NOT_INITIALIZED': [...CONFIGURING],
    },
  },
  'a detached HEAD': {
    damage: ({ repository }) => void repository.git('checkout', '--quiet', '--detach'),
    names: ['HEAD is detached'],
    expected: {
      ok: [
        ...BOARDS,
        ...NOTING,
        'init',
        'next',
        'status --all',
        'merge',
        'agent action implement',
        'agent action review',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission list',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
        'trust show',
        'trust allow',
        'trust revoke',
      ],
      '1 DETACHED_HEAD': ['quick', 'agent mission create'],
      '1 WRONG_BRANCH': [...FINALIZING, 'accept', 'agent action implement (planning)'],
    },
  },
  'a dirty tree': {
    damage: ({ repository }) => {
      repository.write({ 'README.md': 'changed\n', 'new.txt': 'new\n', 'staged.txt': 'staged\n' });
      repository.git('add', 'staged.txt');
    },
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'merge',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
    },
  },
  'changes of their own in files that the work changes': {
    damage: ({ repository }) => repository.write({ 'src/wp01.js': 'mine\n', 'docs/manual.md': 'mine\n' }),
    names: ['src/wp01.js'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
      '1 CHECKOUT_WOULD_LOSE_CHANGES': ['merge'],
    },
  },
  'a dirty lane': {
    damage: (mission) => writeFileSync(path.join(mission.lane('lane-a'), 'src/wp01.js'), 'not committed\n'),
    names: ['lane-a'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
      '1 DIRTY_WORKTREE': ['accept', 'merge'],
    },
  },
});
