import { command, group } from '../../../command/build.ts';
import { jsonFlag, proposing, switchFlag } from '../../../command/flags.ts';
import type { addAgents } from './add-agents.ts';
import type { agentStatus } from './agent-status.ts';
import type { removeAgents } from './remove-agents.ts';
import type { setAgentValue } from './set-agent-value.ts';
import type { syncAgents } from './sync-agents.ts';

const agentKeys = {
  kind: 'array',
  minimum: 1,
  parameter: { brief: 'Agent, such as claude', placeholder: 'AGENT', parse: String, ...proposing('agents') },
} as const;

const SAFE = 'A file that somebody has changed since it was written is left alone and named.';

const list = command<Parameters<typeof agentStatus>[0], []>({
  brief: 'List the agents of this project, and the others there are',
  examples: ['spec-kitty agent config list', 'spec-kitty agent config list --json'],
  parameters: { flags: { json: jsonFlag } },
  load: async () => (await import('./list-agents.ts')).listAgents,
});

const add = command<Parameters<typeof addAgents>[0], string[]>({
  brief: 'Give agents their commands in this project',
  details: `Writes their files and adds them to agents.available in .kittify/config.yaml. Refuses to overwrite a file of yours.`,
  examples: ['spec-kitty agent config add codex', 'spec-kitty agent config add letta vibe --skills'],
  parameters: {
    positional: agentKeys,
    flags: {
      skills: switchFlag('Put skills into .agents/skills/, which several agents read'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./add-agents.ts')).addAgents,
});

const remove = command<Parameters<typeof removeAgents>[0], string[]>({
  brief: 'Take commands of agents away again',
  details: SAFE,
  examples: ['spec-kitty agent config remove codex', 'spec-kitty agent config remove codex --keep-config'],
  parameters: {
    positional: agentKeys,
    flags: {
      keepConfig: switchFlag('Remove the files only, and leave agents.available as it is'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./remove-agents.ts')).removeAgents,
});

const set = command<Parameters<typeof setAgentValue>[0], [key: 'auto_commit', value: boolean]>({
  brief: 'Set how agents work in this project',
  details: 'auto_commit: whether finalize-tasks, accept and merge commit the files of a mission.',
  examples: ['spec-kitty agent config set auto_commit false'],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Setting: auto_commit', placeholder: 'KEY', parse: oneOf('auto_commit') },
        {
          brief: 'true or false',
          placeholder: 'VALUE',
          parse: (text) => oneOf('true', 'false')(text) === 'true',
        },
      ],
    },
    flags: { json: jsonFlag },
  },
  load: async () => (await import('./set-agent-value.ts')).setAgentValue,
});

const status = command<Parameters<typeof agentStatus>[0], []>({
  brief: 'Compare the command files of this project with those of this version',
  examples: ['spec-kitty agent config status', 'spec-kitty agent config status --json'],
  parameters: { flags: { json: jsonFlag } },
  load: async () => (await import('./agent-status.ts')).agentStatus,
});

const sync = command<Parameters<typeof syncAgents>[0], []>({
  brief: 'Bring the command files up to this version',
  details: `Renews files that are as they were written, and removes those that no agent of this project needs. ${SAFE}`,
  examples: ['spec-kitty agent config sync', 'spec-kitty agent config sync --create-missing'],
  parameters: {
    flags: {
      createMissing: switchFlag('Also write files that are missing'),
      removeOrphaned: { kind: 'boolean', brief: 'Remove files that no agent here needs', default: true },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./sync-agents.ts')).syncAgents,
});

/** `spec-kitty agent config …`: which agents have commands in a project. */
export const configRoutes = group('Choose which agents have commands in this project', {
  list,
  add,
  remove,
  set,
  status,
  sync,
});

function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((known) => known === text.replaceAll('-', '_'));
    if (word === undefined) throw new SyntaxError(words.join(' or '));
    return word;
  };
}
