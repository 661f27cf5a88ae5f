import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionWorld } from '@spec-kitty/testkit/mission-world';
import {
  BOARDS,
  CONFIGURING,
  FINALIZING,
  NOTING,
  OF_A_MISSION,
  RECOVERING,
  TAKING,
  WITHOUT_MISSION,
} from '../../testing/bad-input-rows.ts';
import { testBadInput } from '../../testing/bad-input-suite.ts';
import { makeReadOnly, readOnlyMethod } from '../../testing/read-only-disk.ts';

const READ_ONLY = readOnlyMethod();

/** A Git that says it is old and does all that it is asked. */
function pretendOldGit({ repository }: MissionWorld): void {
  const program = path.join(repository.base, 'bin', 'git');
  mkdirSync(path.dirname(program));
  const say = `[ "$1" = version ] && echo 'git version 2.20.1' && exit`;
  writeFileSync(program, `#!/bin/sh\n${say}\nPATH='${process.env['PATH']}' exec git "$@"\n`);
  chmodSync(program, 0o755);
}

function forgetIdentity({ repository }: MissionWorld): void {
  const settings = path.join(repository.home, '.gitconfig');
  const text = readFileSync(settings, 'utf8').replace(/^\t(?:name|email) = .*\n/gm, '');
  writeFileSync(settings, text.replace('[user]', '[user]\n\tuseConfigOnly = true'));
}

testBadInput({
  'no Git': {
    machine: true,
    surroundings: ({ repository }) => ({ env: { ...repository.env, PATH: '' } }),
    names: ['Git is not installed'],
    expected: {
      ok: [
        ...BOARDS,
        ...NOTING,
        'init',
        'next',
        'status --all',
        'agent mission create',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission list',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
        'trust revoke',
      ],
      '1 GIT_MISSING': [
        ...RECOVERING,
        'implement',
        'quick',
        'check',
        'analyze',
        'agent mission abandon',
        'conflicts start',
        'conflicts continue',
        'conflicts abort',
        ...FINALIZING,
        ...TAKING,
        'accept',
        'merge',
        'trust show',
        'trust allow',
        'demo --prepare',
      ],
      '2 DOCTOR_FAILED': ['agent status doctor'],
    },
  },
  'an old Git': {
    machine: true,
    skip: process.platform === 'win32' && 'the pretended Git is a shell script',
    damage: pretendOldGit,
    surroundings: ({ repository }) => ({
      env: { ...repository.env, PATH: path.join(repository.base, 'bin') },
    }),
    names: ['2.39', '2.20.1'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...NOTING,
        'next',
        'agent action implement (planning)',
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
      '1 GIT_TOO_OLD': [
        'implement',
        'quick',
        'agent mission abandon',
        ...FINALIZING,
        'accept',
        'merge',
        'agent action implement',
        'demo --prepare',
      ],
    },
  },
  'no identity': {
    machine: true,
    damage: forgetIdentity,
    names: ['git config --global user.name'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
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
        'demo --prepare',
      ],
      '1 GIT_IDENTITY_MISSING': ['quick', ...FINALIZING, 'accept', 'merge'],
    },
  },
  'a read-only disk': {
    machine: true,
    skip: READ_ONLY === undefined && 'it cannot be had here: root without the right to mount, or Windows',
    meanwhile: ({ repository }) => makeReadOnly(repository.base, READ_ONLY),
    names: ['may not write'],
    expected: {
      ok: [
        ...BOARDS,
        'status --all',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission list',
        'agent mission graph',
        'agent tasks validate-workflow',
        'agent status validate',
        'agent status doctor',
        'trust show',
      ],
      '1 READ_ONLY': [
        'implement',
        'quick',
        'research',
        'agent mission record-analysis',
        'agent mission acceptance-verdict',
        'agent issue-verdict',
        'agent mission abandon',
        'conflicts start',
        'conflicts continue',
        'conflicts abort',
        'agent config add',
        'agent config remove',
        'agent config set',
        'agent config sync',
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'init',
        'next',
        'accept',
        'merge',
        'agent mission create',
        'agent tasks map-requirements',
        'agent status materialize',
        'trust allow',
        'trust revoke',
        'demo --prepare',
      ],
    },
  },
  'no repository': {
    machine: true,
    damage: ({ repository }) => mkdirSync(path.join(repository.base, 'outside')),
    surroundings: ({ repository }) => ({ cwd: path.join(repository.base, 'outside') }),
    names: ['outside', 'git init'],
    expected: {
      ok: ['init', 'demo --prepare'],
      '1 NOT_A_REPOSITORY': [
        ...OF_A_MISSION,
        ...RECOVERING,
        'quick',
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'status --all',
        'accept',
        'merge',
        'agent mission create',
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
      '1 NOT_INITIALIZED': [...CONFIGURING],
    },
  },
});
