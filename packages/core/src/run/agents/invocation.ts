import { type AgentEntry, mayKnow, type Permissions } from './agent-entry.ts';
import { shellWord } from '../../shell-word.ts';
import type { StreamFormat } from './read-stream.ts';

/** How an agent is started: a program with its arguments, what it may know of the environment, and how it talks. */
export interface Invocation {
  readonly argv: readonly string[];
  /** For its standard input, which is closed behind it; empty unless given. */
  readonly stdin?: string;
  readonly stream: StreamFormat;
  /** What it is let do when it asks; everything unless given. */
  readonly permissions?: Permissions;
  readonly mayKnow: (variable: string) => boolean;
  /** Where it keeps its login and settings, as {@link AgentEntry.state} has it; nowhere unless given. */
  readonly state?: readonly string[];
  /** Words that open one of its conversations again, with `{session}`; unknown unless given. */
  readonly resume?: readonly string[] | undefined;
}

/** What an attempt is about, as far as the words of an entry name it. */
export interface InvocationSubject {
  readonly prompt: string;
  readonly promptFile: string;
  readonly workspace: string;
  readonly reportFile: string;
}

/** What words of a command and of its input name in braces. */
export const PLACEHOLDERS = ['prompt', 'prompt_file', 'workspace', 'report_file', 'report_folder'] as const;

/** Linux takes no argument of 128 KiB, and each of these may be three bytes long. */
const LONGEST_ARGUMENT = 40_000;

/** What an entry comes to for one attempt. */
export function invocationOf(entry: AgentEntry, subject: InvocationSubject): Invocation {
  const { prompt, promptFile, workspace, reportFile } = subject;
  const values: Readonly<Record<(typeof PLACEHOLDERS)[number], string>> = {
    prompt,
    prompt_file: promptFile,
    workspace,
    report_file: reportFile,
    report_folder: reportFile.replace(/[\\/][^\\/]*$/, ''),
  };
  const fits = prompt.length <= LONGEST_ARGUMENT;
  const short = fits ? values : { ...values, prompt: `Read ${promptFile} and do what it says.` };
  return {
    argv: entry.command.map((word) => filledIn(word, short)),
    ...(entry.stdin !== undefined && { stdin: filledIn(entry.stdin, values) }),
    stream: entry.stream,
    permissions: entry.permissions,
    state: entry.state,
    resume: entry.resume,
    mayKnow: (variable) => mayKnow(entry, variable),
  };
}

/** What a person types to look into a conversation of an agent: most find it only from where it was held. */
export function resumeCommand(
  { resume }: Pick<Invocation, 'resume'>,
  { session, workspace }: { readonly session: string; readonly workspace: string },
): string | undefined {
  const words = resume?.map((word) => shellWord(filledIn(word, { session })));
  return words && `cd ${shellWord(workspace)} && ${words.join(' ')}`;
}

/** Nothing in a value is looked into again. */
function filledIn(word: string, values: Readonly<Record<string, string>>): string {
  return word.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}
