import { Fault } from '../fault.ts';
import type { MergeRefusal } from './plan-merge.ts';
import { laneWords } from '../lane-words.ts';
import { shellWord } from '../shell-word.ts';

/** Turns a refusal to merge into an error for people and programs; `handle` goes into the commands it names. */
export function explainMergeRefusal(refusal: MergeRefusal, handle: string): Fault {
  const { code } = refusal;
  switch (code) {
    case 'MISSION_NOT_READY': {
      const list = refusal.incomplete.map(({ wp, lane }) => `${wp} is ${laneWords(lane)}`).join(', ');
      return new Fault('refused', code, `The mission is not ready to merge: ${list}.`, {
        hints: [`Run \`spec-kitty next --mission ${shellWord(handle)}\` to see what is left.`],
        details: { incomplete_wps: refusal.incomplete.map(({ wp }) => wp) },
      });
    }
    case 'ACCEPTANCE_REQUIRED':
      return new Fault('refused', code, 'The mission is not accepted, or has changed since.', {
        hints: [
          `Run \`spec-kitty accept --mission ${shellWord(handle)}\`, or add --without-acceptance, which is recorded.`,
        ],
      });
    case 'NOTHING_TO_MERGE':
      return new Fault('refused', code, `${handle} has no work packages.`, {
        hints: [`Run \`spec-kitty next --mission ${shellWord(handle)}\` to see what comes first.`],
      });
  }
}
