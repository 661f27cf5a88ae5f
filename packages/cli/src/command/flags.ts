import type { AppContext } from '../context.ts';

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
  proposeCompletions,
};

/** `--agent`: who acts. */
export const agentFlag = optionalText('Name of the agent or person that acts', 'NAME');

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
} as const;

/** Directory names of missions; none where there is no repository. */
async function proposeCompletions(this: AppContext, partial: string): Promise<readonly string[]> {
  try {
    const workspace = await this.workspace({ endsMerge: true });
    return workspace.knownDirectories().filter((name) => name.startsWith(partial));
  } catch {
    return [];
  }
}
