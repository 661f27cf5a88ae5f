import { callOf } from '@spec-kitty/core/agents/plan-command-files';
import type { ProjectBlock } from '@spec-kitty/core/project/project-blocks';
import { folderLines } from '../../agents/folder-lines.ts';
import type { ChosenAgents } from './chosen-agents.ts';

/** What a first run did. */
export interface Initialized {
  readonly shown: string;
  readonly created: readonly string[];
  readonly chosen: ChosenAgents;
  /** Lines for files that were there. */
  readonly blocks: readonly ProjectBlock[];
  readonly inRepository: boolean;
}

/** One command line to type next; what is in angle brackets is to be filled in. */
export interface NextStep {
  readonly command: string;
  /** What it does, or what for. */
  readonly why: string;
}

/** What a person reads after a first run. */
export function initText(done: Initialized, steps: readonly NextStep[]): string {
  const width = Math.max(...steps.map(({ command }) => command.length));
  return [
    ...found(done),
    `Initialized ${done.shown === '.' ? 'this folder' : done.shown}:`,
    ...folderLines(done.created).map((line) => `  ${line}`),
    ...done.blocks.flatMap(({ file, reason, text }) => [
      '',
      `${file} is yours and was left alone. These lines are for it: ${reason}.`,
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`.trimEnd()),
    ]),
    ...(done.blocks.length === 0 ? [] : ['', '`spec-kitty doctor --fix` appends such lines for you.']),
    '',
    ...callLines(done),
    'Next steps:',
    ...steps.map(({ command, why }) => `  ${command.padEnd(width)}  ${why}`),
  ].join('\n');
}

function found({ chosen: { auto, detected, leftOut } }: Initialized): readonly string[] {
  if (!auto) return [];
  const list = detected.map(({ agent, because }) => `${agent.name} (${because})`).join(', ');
  return [
    detected.length === 0 ? 'Found no agent.' : `Found ${list}.`,
    ...leftOut.map(
      ({ name }) => `${name} reads only .agents/skills/ and was left out; --skills makes that folder.`,
    ),
    '',
  ];
}

function callLines({ chosen: { agents, sharedSkills } }: Initialized): readonly string[] {
  if (agents.length === 0) {
    return ['No agent got commands. Add some at any time: `spec-kitty agent config add <agent>`.', ''];
  }
  return [
    'Begin in your agent, with what you want:',
    ...agents.map((agent) => `  ${agent.name}: ${callOf(agent, 'specify', sharedSkills)} <what you want>`),
    '',
  ];
}
