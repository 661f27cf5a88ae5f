import type { StreamFormat } from './read-stream.ts';

/**
 * How a coding agent is run without a person: its program, its words and what it may know of the environment. In words,
 * `{prompt}` is the whole prompt, `{prompt_file}` its file, `{workspace}` the folder to work in, `{report_file}` the
 * place for what it has to say, `{report_folder}` the folder of that, and `{session}` an earlier conversation.
 */
export interface AgentEntry {
  readonly key: string;
  readonly name: string;
  readonly command: Words;
  /** What it reads on its standard input; without one that is empty. A prompt that is long fits nowhere else. */
  readonly stdin?: string;
  /** How it tells what it does; `acp` is talked with in the Agent Client Protocol. */
  readonly stream: StreamFormat;
  /** Its words for the Agent Client Protocol, where it has a choice. */
  readonly acp?: Words;
  /** What it is let do when it asks. Only the Agent Client Protocol has it ask: otherwise its words say so. */
  readonly permissions: Permissions;
  /** Variables of the environment beyond what every program needs; one that ends in `*` stands for all with that beginning. */
  readonly env: readonly string[];
  /** Where it keeps its login and settings, and may write: below `~/`, or in a folder that a variable names, as `$CODEX_HOME`. */
  readonly state: readonly string[];
  /** Which figures of an attempt it tells. */
  readonly reports: readonly Figure[];
  /** Opens a conversation again, for a person who wants to know more. */
  readonly resume?: Words;
  readonly probe?: Probe;
  /** How it is installed, for those who have not. */
  readonly install?: string;
  /** At once; as many as the run allows unless given. */
  readonly limit?: number;
}

/** A program with its arguments. */
export type Words = readonly [program: string, ...words: string[]];

/** What an agent may do without a person: everything, everything but commands and the network, or nothing that it asks for. */
export type Permissions = 'all' | 'edits' | 'none';

/** What may be known of an attempt. */
export type Figure = 'tokens' | 'cost' | 'model';

/** How a program is asked whether it is the one that an entry was written for. */
export interface Probe {
  /** Arguments that make it print its version. */
  readonly version: readonly string[];
  /** Versions that the entry is known to fit: the first, and the first that nobody has tried. */
  readonly fits?: readonly [from: string, before: string];
  /** Arguments that make it explain itself, and what has to be in that for any other version to do. */
  readonly help?: { readonly args: readonly string[]; readonly names: readonly string[] };
}

/** Whether an entry lets its agent see a variable. */
export function mayKnow({ env }: Pick<AgentEntry, 'env'>, name: string): boolean {
  return env.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
}
