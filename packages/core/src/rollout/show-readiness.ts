import { readinessLine } from '../hosted-wording.ts';
import type { HostedReadiness } from './hosted-readiness.ts';

/** Who reads what a command prints: a person, a program that parses standard output, or a log. */
export type ReadinessReader = 'person' | 'program' | 'log';

/** What a command prints on standard error that is not ready, and how it ends; a `program`'s standard output is left alone. */
export function showReadiness(
  readiness: HostedReadiness,
  reader: ReadinessReader,
): { readonly stderr: readonly string[]; readonly exitCode: 0 | 1 } {
  const { state, message, next_action: action } = readiness;
  if (state === 'ready') return { stderr: [], exitCode: 0 };
  switch (reader) {
    case 'person':
      return { stderr: [message, ...(action === null ? [] : [action])], exitCode: 1 };
    case 'program':
      return { stderr: [action ?? message], exitCode: 1 };
    case 'log':
      return { stderr: [readinessLine(state, slugOf(readiness))], exitCode: 1 };
  }
}

/** The next action in one word. */
function slugOf({ state, message, next_action: action }: HostedReadiness): string {
  if (state === 'missing_auth') return 'spec-kitty-auth-login';
  return (action ?? message)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
