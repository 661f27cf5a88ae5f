import type { AppContext } from '../context.ts';
import type { PROPOSALS } from './proposals.ts';

/** `--json`: one document on stdout. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document',
  default: false,
  withNegated: false,
} as const;

/** `--mission`: the handle, resolved by one resolver for every command. */
export const missionFlag = {
  ...optionalText('Mission: directory name, its human part, number prefix, id or first 8 of it', 'H'),
  ...proposing('missions'),
};

/** `--agent`: who acts. */
export const agentFlag = {
  ...optionalText('Name of the agent or person that acts', 'NAME'),
  parse: filled('the name of an agent or person'),
  ...proposing('agents'),
};

/** `--to` of every command that moves a package. */
export const laneFlag = { ...requiredText('Lane to move to', 'LANE'), ...proposing('lanes') };

/** A flag with a text value that may be left out. */
export function optionalText(brief: string, placeholder: string) {
  return { kind: 'parsed', brief, placeholder, parse: String, optional: true } as const;
}

/** A flag with a text value that must be given. */
export function requiredText(brief: string, placeholder: string) {
  return { kind: 'parsed', brief, placeholder, parse: String } as const;
}

/** A flag that is off unless given. */
export function switchFlag(brief: string) {
  return { kind: 'boolean', brief, default: false, withNegated: false } as const;
}

/** The positional work package, such as `WP03`. */
export const wpArgument = {
  brief: 'Work package, such as WP03',
  placeholder: 'WPnn',
  parse: String,
  ...proposing('packages'),
} as const;

/** Takes any text but none, which is what a script passes whose variable is not set. @param what the text has to be. */
export function filled(what: string): (text: string) => string {
  return (text) => {
    if (text.trim() === '') throw new SyntaxError(what);
    return text;
  };
}

/** What a shell offers as a value; nothing where that cannot be found out. */
export function proposing(kind: keyof typeof PROPOSALS) {
  return {
    proposeCompletions: async function propose(
      this: AppContext,
      partial: string,
    ): Promise<readonly string[]> {
      try {
        const { PROPOSALS: proposals } = await import('./proposals.ts');
        return (await proposals[kind](this, partial)).filter((word) => word.startsWith(partial));
      } catch {
        return [];
      }
    },
  };
}
