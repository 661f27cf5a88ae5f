import { SHARED_SKILL, type Agent } from './agents.ts';

/** What one command tells an agent, before it is worded for one. */
export interface CommandPrompt {
  readonly name: string;
  /** What every session sees of the command. */
  readonly description: string;
  /** Markdown with `{{request}}`, `{{agent}}` and `{{call <command>}}` in it. */
  readonly body: string;
}

/** A file that some agents read. */
export interface CommandFile {
  readonly text: string;
  /** Their keys. */
  readonly agents: readonly string[];
}

/** What the files of commands depend on. */
export interface CommandSet {
  readonly agents: readonly Agent[];
  readonly prompts: readonly CommandPrompt[];
  readonly version: string;
  /** Puts the skills where several agents find them, instead of a copy for each. */
  readonly sharedSkills: boolean;
}

/** Every file that these agents need, by its path in the project. */
export function planCommandFiles(set: CommandSet): ReadonlyMap<string, CommandFile> {
  const { agents, prompts, version, sharedSkills } = set;
  const shares = (agent: Agent) => readsShared(agent, sharedSkills);
  const sharing = agents.filter(shares).map(({ key }) => key);
  const own = agents.filter((agent) => !shares(agent));
  return new Map(
    prompts.flatMap((prompt) => [
      ...own.flatMap((agent) => {
        if (agent.file === undefined) return [];
        const file = { text: renderCommand(prompt, agent, version), agents: [agent.key] };
        return [[fill(agent.file, prompt.name), file] as const];
      }),
      ...(sharing.length === 0
        ? []
        : [
            [
              fill(SHARED_SKILL, prompt.name),
              { text: renderCommand(prompt, SHARED, version), agents: sharing },
            ] as const,
          ]),
    ]),
  );
}

/** Agents that have no place for commands but the shared one. */
export function agentsWithoutFiles({ agents, sharedSkills }: Omit<CommandSet, 'prompts' | 'version'>) {
  return sharedSkills ? [] : agents.filter(({ file }) => file === undefined);
}

/** What a person types to call a command: an agent's own way, with the name that its skills have where they are. */
export function callOf(agent: Agent, name: string, sharedSkills: boolean): string {
  const { call } = agent;
  return fill(readsShared(agent, sharedSkills) ? call.replace(/spec-kitty.\*$/, SHARED.call) : call, name);
}

function readsShared({ format }: Agent, sharedSkills: boolean): boolean {
  return format === 'skill' && sharedSkills;
}

type Reader = Pick<Agent, 'file' | 'format' | 'request' | 'call'> & { readonly key?: string };

/** Whoever reads the shared skills: they call them differently and each has a name of its own. */
const SHARED: Reader = { file: SHARED_SKILL, format: 'skill', call: 'spec-kitty-*' };

function renderCommand({ name, description, body }: CommandPrompt, agent: Reader, version: string): string {
  const text = body
    .replaceAll('{{request}}', () => agent.request ?? 'what the user wrote when they called this')
    .replaceAll('{{agent}}', agent.key ?? '<agent>')
    .replaceAll(/\{\{call (\w+)\}\}/g, (_, other: string) => `\`${fill(agent.call, other)}\``)
    .trim();
  const mark = `spec-kitty-command-version: ${version}`;
  const quoted = JSON.stringify(description);
  if (agent.format === 'toml') {
    const literal = text.replaceAll('\\', '\\\\').replaceAll('"""', '""\\"');
    return `# ${mark}\ndescription = ${quoted}\nprompt = """\n${literal}\n"""\n`;
  }
  const skill =
    agent.format === 'skill'
      ? [
          `name: ${skillName(agent.file ?? SHARED_SKILL, name)}`,
          `description: ${quoted}`,
          'user-invocable: true',
        ]
      : [`description: ${quoted}`];
  return `---\n${skill.join('\n')}\n---\n<!-- ${mark} -->\n\n${text}\n`;
}

/** A skill has the name of its folder. */
function skillName(file: string, name: string): string {
  return fill(file, name).split('/').at(-2) ?? name;
}

function fill(pattern: string, name: string): string {
  return pattern.replace('*', () => name);
}
