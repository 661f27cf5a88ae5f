import type { AgentEntry } from './agent-entry.ts';

/** What a probe has found out: nothing is `undefined` where the program did not say, in time or at all. */
export interface Probed {
  readonly isFound: boolean;
  readonly version: string | undefined;
  readonly help: string | undefined;
}

/** What can be expected of an agent, in one sentence. */
export interface ProbeVerdict {
  readonly state: 'fits' | 'untried' | 'drifted' | 'missing' | 'silent';
  readonly version: string | null;
  readonly says: string;
  readonly hints: readonly string[];
}

/** The first thing in a text that looks like a version. */
export function versionIn(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)?[\w.+-]*/.exec(text)?.[0];
}

/** Whether a version is known to fit; `undefined` where nothing is known about any. */
export function isTried({ probe }: AgentEntry, version: string): boolean | undefined {
  if (probe?.fits === undefined) return undefined;
  const [from, before] = probe.fits;
  return compared(version, from) >= 0 && compared(version, before) < 0;
}

const CORRECT = 'Put it there, or correct its `command` in your agents.yaml.';

/** Judges an agent before it is given anything to do: one that does not understand its words costs an attempt otherwise. */
export function judgeProbe(entry: AgentEntry, { isFound, version, help }: Probed): ProbeVerdict {
  const { name, command, probe } = entry;
  const [program] = command;
  const verdict = (
    state: ProbeVerdict['state'],
    says: string,
    hints: readonly string[] = [],
  ): ProbeVerdict => ({
    state,
    version: version ?? null,
    says,
    hints,
  });
  if (!isFound)
    return verdict('missing', `${name} is not ${placeOf(program)}: ${program}`, waysTo(entry, [CORRECT]));
  if (probe === undefined) return verdict('fits', `${name} is there.`);
  const asked = [program, ...probe.version].join(' ');
  if (version === undefined)
    return verdict('silent', `${name} does not tell its version: ${asked}`, [`Run \`${asked}\` to see why.`]);
  if (isTried(entry, version) === true) return verdict('fits', `${name} ${version} is there.`);
  const names = probe.help?.names ?? [];
  const lacking = names.filter((one) => help?.includes(one) !== true);
  const range =
    probe.fits === undefined ? '' : `, which is not one of those tried (${probe.fits.join(' up to ')})`;
  if (lacking.length === 0)
    return verdict('untried', `${name} has version ${version}${range}; it knows its words.`);
  const explains = [program, ...(probe.help?.args ?? [])].join(' ');
  return verdict(
    'drifted',
    `${name} ${version} would not understand how it is run: ${explains} does not name ${lacking.join(', ')}`,
    [...waysTo(entry, []), `Or give its command in your agents.yaml, under a key of your own.`],
  );
}

/** How an agent comes here; `otherwise` where nobody knows. */
function waysTo({ install }: AgentEntry, otherwise: readonly string[]): readonly string[] {
  return install === undefined ? otherwise : [`Install it: \`${install}\`.`];
}

function placeOf(program: string): string {
  return /[\\/]/.test(program) ? 'there' : 'on PATH';
}

/** By numbers alone: what follows them, such as a preview's name, does not count. */
function compared(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
