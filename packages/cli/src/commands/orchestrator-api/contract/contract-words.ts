import { shellWord } from '@spec-kitty/core/shell-word';
import { type NamedCall, reworded } from '../../../render/reworded.ts';
import type { OrchestratorCommand } from './envelope.ts';
import { GUARDED } from './policy.ts';

/** Options of the contract's commands are called what they are; these are called otherwise elsewhere. */
const OPTIONS = {
  ...named(
    'actor evidence-json force mission note policy provider-version push review-ref review-result-json',
  ),
  ...named('strategy subtasks-complete target to wp'),
  agent: '--actor',
  reason: '--note',
};
/** Options of a move that a transition has, too. */
const OF_MOVE = new Set(['agent', 'force', 'mission', 'note', 'to']);

/** Names commands and options of the contract where a sentence names others that do the same. */
export function contractWords(sentence: string): string | undefined {
  return reworded(sentence, { call: contractCall, options: OPTIONS });
}

type Given = Readonly<Record<string, string | true | undefined>>;

function contractCall({ name, subjects: [wp], options }: NamedCall): string | undefined {
  const { mission, agent, note, force, to } = options;
  const actor = agent ?? '<you>';
  const asked: Given = { mission, wp, actor };
  switch (name) {
    case 'next':
    case 'status':
      return called('mission-state', { mission });
    case 'implement':
      return called('start-implementation', { ...asked, policy: '<json>' });
    case 'review':
      return called('start-review', { ...asked, policy: '<json>' });
    case 'add-history':
      return called('append-history', { ...asked, note });
    case 'move-task':
      if (Object.keys(options).some((option) => !OF_MOVE.has(option))) return undefined;
      return called('transition', { ...asked, to, ...policyFor(to), force, note });
    case 'accept':
      return called('accept-mission', { mission, actor });
    case 'merge':
      return Object.keys(options).join() === 'mission' ? called('merge-mission', { mission }) : undefined;
    default:
      return undefined;
  }
}

function policyFor(lane: Given[string]): Given {
  return typeof lane === 'string' && GUARDED.has(lane) ? { policy: '<json>' } : {};
}

function called(command: OrchestratorCommand, given: Given): string {
  const options = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? `--${name}` : `--${name} ${placeholderOrWord(value)}`;
  });
  return ['spec-kitty orchestrator-api', command, ...options].join(' ');
}

/** What the caller fills in stays readable. */
function placeholderOrWord(value: string): string {
  return /^<.*>$/.test(value) ? `"${value}"` : shellWord(value);
}

function named(options: string): Readonly<Record<string, string>> {
  return Object.fromEntries(options.split(' ').map((option) => [option, `--${option}`]));
}
