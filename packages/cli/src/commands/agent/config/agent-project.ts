import { type Agent, AGENTS } from '@spec-kitty/core/agents/agents';
import { planCommandFiles } from '@spec-kitty/core/agents/plan-command-files';
import { Fault } from '@spec-kitty/core/fault';
import { shellWord } from '@spec-kitty/core/shell-word';
import { formatInstant } from '@spec-kitty/core/instant';
import type { EditableValue } from '@spec-kitty/core/planning/frontmatter/edit-frontmatter';
import { editSection } from '@spec-kitty/core/project/edit-section';
import { parseProjectConfig, type ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { CommandFiles, type SurveyedFile } from '@spec-kitty/local/agents/command-files';
import { openProject } from '@spec-kitty/local/project/open-project';
import type { CheckoutProject } from '@spec-kitty/local/project/checkout-project';
import { findRepository } from '@spec-kitty/local/repository/repository';
import { commandPrompts } from '../../../agents/command-prompts.ts';
import type { AppContext } from '../../../context.ts';
import { version } from '../../../version.ts';

const CONFIG = '.kittify/config.yaml';

/** A project with the agents that its configuration names, and their files. */
export class AgentProject {
  readonly config: ProjectConfig;
  /** Agents of the configuration, and keys there that name none. */
  readonly agents: readonly Agent[];
  readonly unknown: readonly string[];
  /** Whether skills are where several agents find them. */
  readonly sharedSkills: boolean;
  readonly #files: CheckoutProject;
  readonly #commands: CommandFiles;
  readonly #text: string;
  readonly #now: () => string;

  constructor(files: CheckoutProject, text: string, now: () => string) {
    this.#files = files;
    this.#text = text;
    this.#now = now;
    this.#commands = new CommandFiles(files);
    this.config = parseProjectConfig(text);
    this.agents = this.config.agents.flatMap((key) => AGENTS.find((agent) => agent.key === key) ?? []);
    this.unknown = this.config.agents.filter((key) => !AGENTS.some((agent) => agent.key === key));
    this.sharedSkills = this.#commands.known.some((path) => path.startsWith('.agents/skills/'));
  }

  /** Compares the files that these agents need with what is there. */
  survey(agents: readonly Agent[], sharedSkills = this.sharedSkills): readonly SurveyedFile[] {
    return this.#commands.survey(
      planCommandFiles({ agents, prompts: commandPrompts(), version, sharedSkills }),
    );
  }

  apply(survey: readonly SurveyedFile[]): void {
    this.#commands.apply(survey, { at: this.#now(), version });
  }

  /** What {@link apply} would write and remove. */
  writes(survey: readonly SurveyedFile[]): ReturnType<CommandFiles['writes']> {
    return this.#commands.writes(survey, { at: this.#now(), version });
  }

  /** Paths of the files that the manifest knows. */
  get known(): readonly string[] {
    return this.#commands.known;
  }

  /** Sets keys below `agents:`. @throws Fault `CONFIG_INVALID` for a file that cannot be edited line by line. */
  set(values: Readonly<Record<string, EditableValue>>): void {
    const text = editSection(this.#text, 'agents', values);
    if (text === undefined) {
      throw new Fault(
        'refused',
        'CONFIG_INVALID',
        `${CONFIG} has its agents in a form that is not edited here.`,
        {
          hints: [`Write under \`agents:\` by hand: ${JSON.stringify(values)}`],
          details: { file: CONFIG },
        },
      );
    }
    this.#files.write(CONFIG, text);
  }
}

/** Opens the project around the current directory. @throws Fault `NOT_INITIALIZED`. */
export async function openAgentProject({ cwd, clock }: AppContext): Promise<AgentProject> {
  const root = await projectRoot(cwd);
  const files = openProject(root);
  const text = files.read(CONFIG);
  if (text === undefined) {
    throw new Fault('refused', 'NOT_INITIALIZED', `There is no ${CONFIG} in the project's folder: ${root}`, {
      hints: [
        `Run \`spec-kitty init ${shellWord(root)} --ai auto\` to make this a project with the agents that are found.`,
      ],
      details: { file: CONFIG, root },
    });
  }
  return new AgentProject(files, text, () => formatInstant(clock.nowMicros()));
}

/** In a lane's worktree the project is that of the primary checkout. */
async function projectRoot(cwd: string): Promise<string> {
  try {
    return (await findRepository(cwd)).primary;
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_A_REPOSITORY') return cwd;
    throw error;
  }
}
