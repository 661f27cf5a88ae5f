import { type NamedCall, reworded } from '../../render/reworded.ts';

const OPTIONS = {
  agent: 'agent',
  actor: 'agent',
  mission: 'mission',
  note: 'note',
  reason: 'note',
  'review-feedback-file': 'feedback',
} as const;

/** Names tools and arguments where a sentence names commands and options: an agent behind a client types no command line. */
export function toolWords(sentence: string, wp?: unknown): string | undefined {
  return reworded(sentence, { call: (call) => toolCall(call, wp), options: OPTIONS });
}

function toolCall({ name, subjects, options }: NamedCall, about: unknown): string | undefined {
  const { mission, agent, note, to, force } = options;
  const [wp] = subjects;
  const called = (tool: string, args: object = {}) =>
    `${tool} ${JSON.stringify({ ...args, agent, mission })}`;
  switch (name) {
    case 'next':
      return called('next');
    case 'status':
      return called('board');
    case 'implement':
      return called('claim', { wp });
    case 'review':
      return called('claim', { wp, as: 'reviewer' });
    case 'mark-status':
      return called('record', { wp: about, subtasks: subjects, done: options['status'] === 'done' });
    case 'add-history':
      return called('record', { wp, note });
    case 'move-task':
      return to === 'for_review' && !force ? called('request_review', { wp }) : undefined;
    default:
      return undefined;
  }
}
