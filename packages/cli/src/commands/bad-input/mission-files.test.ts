import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionWorld } from '@spec-kitty/testkit/mission-world';
import {
  BOARDS,
  FINALIZING,
  NOTING,
  OF_A_MISSION,
  TAKING,
  WITHOUT_MISSION,
} from '../../testing/bad-input-rows.ts';
import { testBadInput } from '../../testing/bad-input-suite.ts';
import { writeMeta } from '../../testing/write-meta.ts';

const NOT_UTF8 = Buffer.from('---\nwork_package_id: WP02\ntitle: \xe4\n---\n', 'latin1');

function fileOf(mission: MissionWorld, name: string): string {
  return path.join(mission.repository.root, mission.folder, name);
}

/** Gives a package's file other values of one frontmatter key. */
function setList(mission: MissionWorld, id: string, key: string, values: readonly string[]): void {
  const name = `${mission.folder}/tasks/${id}-package.md`;
  const before = mission.repository.read(name);
  const after = before.replace(new RegExp(`^${key}:.*(\\n- .*)*$`, 'm'), `${key}: ${JSON.stringify(values)}`);
  if (after === before) throw new Error(`${name} has no ${key} to replace`);
  mission.repository.write({ [name]: after });
}

testBadInput({
  'meta.json committed away': {
    damage: (mission) => {
      mission.repository.git('branch', '--delete', '--force', 'elsewhere');
      mission.repository.git('rm', '--quiet', `${mission.folder}/meta.json`);
      mission.repository.git('commit', '--quiet', '--message', 'Lose it');
    },
    names: ['kitty-specs/pay-01KE6Z2V/meta.json'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '1 META_MISSING': [
        ...OF_A_MISSION,
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
  'meta.json deleted': {
    damage: (mission) => rmSync(fileOf(mission, 'meta.json')),
    names: ['kitty-specs/pay-01KE6Z2V/meta.json'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '1 META_MISSING': [
        ...OF_A_MISSION,
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
  'a damaged meta.json': {
    handle: 'pay-01KE6Z2V',
    damage: (mission) => writeFileSync(fileOf(mission, 'meta.json'), '{"mission_id": '),
    names: ['kitty-specs/pay-01KE6Z2V/meta.json'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '1 META_CORRUPT': [
        ...OF_A_MISSION,
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
  'a dependency cycle': {
    damage: (mission) => {
      setList(mission, 'WP01', 'dependencies', ['WP02']);
      setList(mission, 'WP02', 'dependencies', ['WP01']);
    },
    names: ['WP01', 'WP02'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...NOTING,
        'next',
        'accept',
        'merge',
        'agent action implement (planning)',
        'agent action review',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
      1: ['check', 'agent tasks validate-workflow'],
      '1 DEPENDENCIES_NOT_SATISFIED': ['implement', 'agent action implement'],
      '1 DEPENDENCY_CYCLE': [...FINALIZING],
    },
  },
  'an unknown dependency': {
    damage: (mission) => setList(mission, 'WP02', 'dependencies', ['WP09']),
    names: ['WP09'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        ...NOTING,
        'next',
        'accept',
        'merge',
        'agent action implement (planning)',
        'agent action review',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent status materialize',
        'agent status validate',
        'agent status doctor',
      ],
      1: ['check', 'agent tasks validate-workflow'],
      '1 DEPENDENCIES_NOT_SATISFIED': ['implement', 'agent action implement'],
      '1 DEPENDENCY_UNKNOWN': [...FINALIZING],
    },
  },
  'overlapping ownership': {
    damage: (mission) => setList(mission, 'WP02', 'owned_files', ['src/wp01.js']),
    names: ['WP01', 'WP02', 'src/wp01.js'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
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
      '1 OWNERSHIP_INVALID': [...FINALIZING],
      1: ['check'],
    },
  },
  'two directories with one mission_id': {
    handle: 'pay-01KE6Z2V',
    damage: (mission) => writeMeta(mission, 'a-copy', mission.missionId),
    names: ['kitty-specs/pay-01KE6Z2V', 'kitty-specs/a-copy'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        'next',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status validate',
      ],
      1: ['agent status doctor'],
      '1 MISSION_ID_DUPLICATE': [
        'implement',
        'agent mission abandon',
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'accept',
        'merge',
        'agent status materialize',
      ],
    },
  },
  'two files for one package': {
    damage: (mission) =>
      writeFileSync(
        fileOf(mission, 'tasks/WP02-again.md'),
        mission.repository.read(`${mission.folder}/tasks/WP02-package.md`),
      ),
    names: ['WP02-again.md', 'WP02-package.md'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        ...BOARDS,
        'next',
        'next --result',
        'agent action implement (planning)',
        'agent action review',
        'agent mission setup-plan',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks move-task',
        'agent tasks mark-status',
        'agent tasks add-history',
        'agent status materialize',
        'agent status validate',
      ],
      1: ['check', 'agent status doctor'],
      '1 WP_DUPLICATE': [
        'implement',
        'conflicts start',
        ...FINALIZING,
        'accept',
        'merge',
        'agent action implement',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status emit',
      ],
    },
  },
  'a package file that is not UTF-8': {
    damage: (mission) => writeFileSync(fileOf(mission, 'tasks/WP02-package.md'), NOT_UTF8),
    names: ['tasks/WP02-package.md', 'UTF-8'],
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
        'agent status materialize',
        'agent status validate',
      ],
      1: ['check', 'agent tasks validate-workflow', 'agent status doctor'],
      '1 NOT_UTF8': [...FINALIZING],
      '1 WP_FILE_INVALID': [
        'implement',
        'conflicts start',
        'accept',
        'merge',
        'agent action implement',
        'agent tasks map-requirements',
      ],
    },
  },
  'a tasks.md that is not UTF-8': {
    damage: (mission) => writeFileSync(fileOf(mission, 'tasks.md'), NOT_UTF8),
    names: ['kitty-specs/pay-01KE6Z2V/tasks.md'],
    expected: {
      ok: [
        ...WITHOUT_MISSION,
        'agent mission setup-plan',
        'agent status materialize',
        'agent status validate',
      ],
      1: ['agent status doctor'],
      '1 NOT_UTF8': [
        'implement',
        'tasks',
        'check',
        'analyze',
        'agent mission record-analysis',
        'agent mission acceptance-verdict',
        'agent issue-verdict',
        'agent mission abandon',
        'conflicts start',
        'conflicts continue',
        'conflicts abort',
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'merge',
        'agent mission check-prerequisites',
        'agent mission graph',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
      ],
    },
  },
});
