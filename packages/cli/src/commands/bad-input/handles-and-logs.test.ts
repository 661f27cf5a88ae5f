import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { BOARDS, FINALIZING, NOTING, TAKING, WITHOUT_MISSION } from '../../testing/bad-input-rows.ts';
import { testBadInput } from '../../testing/bad-input-suite.ts';
import { writeMeta } from '../../testing/write-meta.ts';

const CORRUPT = Buffer.from('{"wp_id": "WP01", "event_id\n');
const LATIN = Buffer.from('{"note":"\xe4"}\n', 'latin1');

/** Puts bytes before the first line of a file, so that the line with the fault is line 1 in every stage. */
function prepend(mission: MissionWorld, name: string, bytes: Buffer): void {
  const file = path.join(mission.repository.root, name);
  writeFileSync(file, Buffer.concat([bytes, readFileSync(file)]));
}

testBadInput({
  'nothing wrong': {
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
  'an unknown handle': {
    handle: 'nothing',
    names: ['"nothing"'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '1 MISSION_NOT_FOUND': [
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
  'an ambiguous handle': {
    damage: (mission) => writeMeta(mission, 'pay-01KE6Z2W', '01KE6Z2W3M8Q4T5X6Y7Z8A9B0C'),
    names: ['pay-01KE6Z2V', 'pay-01KE6Z2W'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '1 MISSION_AMBIGUOUS_SELECTOR': [
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
  'no handle where there are two missions': {
    handle: '',
    damage: (mission) => writeMeta(mission, 'pay-01KE6Z2W', '01KE6Z2W3M8Q4T5X6Y7Z8A9B0C'),
    names: ['--mission'],
    expected: {
      ok: [...WITHOUT_MISSION],
      '2 MISSION_REQUIRED': [
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
  "a corrupt line in the checkout's log": {
    damage: (mission) => prepend(mission, `${mission.folder}/status.events.jsonl`, CORRUPT),
    names: ['line 1 of kitty-specs/pay-01KE6Z2V/status.events.jsonl'],
    expected: {
      ok: [...WITHOUT_MISSION, 'agent mission setup-plan', 'agent mission graph'],
      1: ['agent status validate', 'agent status doctor'],
      '1 LOG_CORRUPT': [
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'merge',
        'agent mission check-prerequisites',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
      ],
    },
  },
  'a corrupt line in the journal': {
    damage: (mission) => prepend(mission, `.git/spec-kitty/journal/${mission.missionId}.jsonl`, CORRUPT),
    names: ['line 1 of ', 'spec-kitty/journal/01KE6Z2V3M8Q4T5X6Y7Z8A9B0C.jsonl'],
    expected: {
      ok: [...WITHOUT_MISSION, 'agent mission setup-plan', 'agent mission graph'],
      1: ['agent status validate', 'agent status doctor'],
      '1 LOG_CORRUPT': [
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'merge',
        'agent mission check-prerequisites',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
      ],
    },
  },
  'a log that is not UTF-8': {
    damage: (mission) => prepend(mission, `${mission.folder}/status.events.jsonl`, LATIN),
    names: ['line 1: kitty-specs/pay-01KE6Z2V/status.events.jsonl'],
    expected: {
      ok: [...WITHOUT_MISSION, 'agent mission setup-plan', 'agent mission graph'],
      1: ['agent status doctor'],
      '1 LOG_CORRUPT': [
        ...BOARDS,
        ...FINALIZING,
        ...NOTING,
        ...TAKING,
        'next',
        'accept',
        'merge',
        'agent mission check-prerequisites',
        'agent tasks map-requirements',
        'agent tasks validate-workflow',
        'agent status materialize',
        'agent status validate',
      ],
    },
  },
});
