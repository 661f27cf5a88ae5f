import { command, group } from '../../command/build.ts';
import { filled, jsonFlag, missionFlag, switchFlag, wpArgument } from '../../command/flags.ts';
import { parseCount, parseDuration, parseMoney } from '../../command/parse-amount.ts';
import type { runLogs } from './run-logs.ts';
import type { runReport } from './run-report.ts';
import type { runStatus } from './run-status.ts';
import type { runResume, runStart } from './start-run.ts';
import type { runStop } from './stop-run.ts';

function optional<T>(brief: string, placeholder: string, parse: (text: string) => T) {
  return { kind: 'parsed', brief, placeholder, parse, optional: true } as const;
}

const mission = { mission: missionFlag };

const options = {
  ...mission,
  implementer: optional(
    'Agents that implement, by key; all of agents.available that are installed',
    'KEY[,KEY]',
    keys,
  ),
  reviewer: optional('Agent that reviews; another one than implemented, unless given', 'KEY', agentKey),
  maxParallel: optional('Agents at once; 3 unless given', 'N', parseCount),
  until: {
    kind: 'enum',
    brief: 'How far to go; merge unless given',
    values: ['review', 'accept', 'merge'],
    optional: true,
  },
  maxCycles: optional(
    'How often a package may come back before a person is asked; 3 unless given',
    'N',
    parseCount,
  ),
  timeout: optional(
    'Longest time for one attempt, such as 90s, 30m or 2h; 1h unless given',
    'D',
    parseDuration,
  ),
  budgetUsd: optional('Start nothing more once the agents say they have cost so much', 'X', parseMoney),
  budgetTokens: optional('Start nothing more once the agents say they have used so many', 'N', parseCount),
  dryRun: switchFlag('Say what would start, and with which agents; change nothing'),
  json: { ...jsonFlag, brief: 'Print one JSON event a line' },
} as const;

const isFilled = filled('the key of an agent');

function agentKey(text: string): string {
  return isFilled(text).trim().toLowerCase();
}

function keys(text: string): readonly string[] {
  const named = text.split(',').map((key) => key.trim().toLowerCase());
  if (named.includes('')) throw new SyntaxError('keys of agents, joined by commas');
  return [...new Set(named)];
}

const LONG =
  'Starts agents in worktrees of their own, as many as may work at once; looks at what they have committed; has each ' +
  'package reviewed by another agent; and accepts and merges the mission. An agent that says it is done, or exits ' +
  'well, has proved nothing. Ctrl-C ends the agents and keeps what they have committed, and so does a crash: ' +
  '`spec-kitty run resume` goes on.';

/** `spec-kitty run …`: agents deliver a mission. */
export const runRoutes = group(
  'Let agents deliver a mission: implement, review, accept, merge',
  {
    start: command<Parameters<typeof runStart>[0], []>({
      brief: 'Let agents deliver a mission; the same as `spec-kitty run`',
      details: LONG,
      examples: [
        'spec-kitty run --mission invoice-export --implementer claude,codex --reviewer gemini',
        'spec-kitty run --until review --max-parallel 4 --timeout 45m',
        'spec-kitty run --dry-run',
      ],
      parameters: { flags: options },
      load: async () => (await import('./start-run.ts')).runStart,
    }),
    status: command<Parameters<typeof runStatus>[0], []>({
      brief: 'Show who works on what, since when, and what waits for whom',
      examples: ['spec-kitty run status --mission invoice-export'],
      parameters: { flags: { ...mission, json: jsonFlag } },
      load: async () => (await import('./run-status.ts')).runStatus,
    }),
    logs: command<Parameters<typeof runLogs>[0], [string]>({
      brief: 'Print what the agents of a package printed, attempt by attempt',
      examples: ['spec-kitty run logs WP02 --mission invoice-export', 'spec-kitty run logs -f WP02'],
      parameters: {
        flags: { ...mission, follow: switchFlag('Go on until the run is over'), json: jsonFlag },
        aliases: { f: 'follow' },
        positional: { kind: 'tuple', parameters: [wpArgument] },
      },
      load: async () => (await import('./run-logs.ts')).runLogs,
    }),
    report: command<Parameters<typeof runReport>[0], []>({
      brief: 'Report on all runs of a mission: attempts, verdicts, evidence, files, time and cost',
      examples: ['spec-kitty run report --mission invoice-export', 'spec-kitty run report --json'],
      parameters: { flags: { ...mission, json: jsonFlag } },
      load: async () => (await import('./run-report.ts')).runReport,
    }),
    stop: command<Parameters<typeof runStop>[0], []>({
      brief: 'End a run and its agents; what they have committed stays',
      examples: ['spec-kitty run stop --mission invoice-export'],
      parameters: { flags: { ...mission, json: jsonFlag } },
      load: async () => (await import('./stop-run.ts')).runStop,
    }),
    resume: command<Parameters<typeof runResume>[0], []>({
      brief: 'Go on with the last run as it was asked for, after a stop or a crash',
      details:
        'Takes the options of `spec-kitty run`; what is not given is as before. Without an earlier run it starts one.',
      examples: ['spec-kitty run resume --mission invoice-export'],
      parameters: { flags: options },
      load: async () => (await import('./start-run.ts')).runResume,
    }),
  },
  'start',
);
