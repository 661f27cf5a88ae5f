import { Fault } from '@spec-kitty/core/fault';
import { GATED_GROUPS } from '@spec-kitty/core/rollout/rollout-gate';
import { type Application, buildApplication, buildRouteMap, type RouteMap, text_en } from '@stricli/core';
import { group } from './command/build.ts';
import { type Load, type Loads, loadRoutes, routeNamed } from './command/load-routes.ts';
import { namedBy } from './command/named-by.ts';
import { overview, type Sections } from './command/overview.ts';
import { pathsTo } from './command/paths-to.ts';
import { usageFault } from './command/usage-fault.ts';
import type { AppContext } from './context.ts';

/** What counts as a slip of the finger: the framework's own measure finds `status` in "bogus". */
const CLOSE = { threshold: 2, weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 } };

type Failed = (error: unknown) => string;

const BRIEF = 'Plan, implement, review, accept and merge missions with coding agents';

const EXAMPLES = [
  'spec-kitty init --ai auto',
  'spec-kitty quick "Greet people by their name"',
  'spec-kitty next --mission invoice-export',
  'spec-kitty demo',
];

/** Every command by what it is for. None is loaded before it is called: the rest would make each start a third longer. */
const SECTIONS: Sections<Load> = {
  'set up': {
    init: async () => (await import('./commands/init/init.command.ts')).initCommand,
    doctor: async () => (await import('./commands/doctor/doctor.command.ts')).projectDoctorCommand,
    verifySetup: async () => (await import('./commands/doctor/doctor.command.ts')).verifySetupCommand,
    upgrade: async () => (await import('./commands/upgrade/upgrade.command.ts')).upgradeCommand,
    trust: async () => (await import('./commands/trust/trust.routes.ts')).trustRoutes,
    completion: async () => (await import('./commands/completion/completion.routes.ts')).completionRoutes,
    demo: async () => (await import('./commands/demo/demo.command.ts')).demoCommand,
  },
  plan: {
    quick: async () => (await import('./commands/quick/quick.command.ts')).quickCommand,
    charter: async () => (await import('./commands/charter/charter.routes.ts')).charterRoutes,
    intake: async () => (await import('./commands/intake/intake.command.ts')).intakeCommand,
    specify: async () => (await import('./commands/agent/mission/create.command.ts')).createCommand,
    clarify: async () => (await import('./commands/check/clarify.command.ts')).clarifyCommand,
    plan: async () => (await import('./commands/agent/mission/setup-plan.command.ts')).setupPlanCommand,
    research: async () => (await import('./commands/plan/research.command.ts')).researchCommand,
    tasks: async () => (await import('./commands/plan/tasks.command.ts')).tasksCommand,
    check: async () => (await import('./commands/check/check.command.ts')).checkCommand,
    analyze: async () => (await import('./commands/check/analyze.command.ts')).analyzeCommand,
    missionType: async () =>
      (await import('./commands/mission-type/mission-type.routes.ts')).missionTypeRoutes,
  },
  deliver: {
    run: async () => (await import('./commands/run/run.routes.ts')).runRoutes,
    next: async () => (await import('./commands/next/next.command.ts')).nextCommand,
    status: async () => (await import('./commands/status/status.command.ts')).statusCommand,
    review: async () => (await import('./commands/review/review.routes.ts')).reviewRoutes,
    trace: async () => (await import('./commands/trace/trace.command.ts')).traceCommand,
    accept: async () => (await import('./commands/accept/accept.command.ts')).acceptCommand,
    merge: async () => (await import('./commands/merge/merge.command.ts')).mergeCommand,
    conflicts: async () => (await import('./commands/conflicts/conflicts.routes.ts')).conflictsRoutes,
    recover: async () => (await import('./commands/recover/recover.routes.ts')).recoverRoutes,
    retrospect: async () => (await import('./commands/retrospect/retrospect.routes.ts')).retrospectRoutes,
    mission: async () =>
      group('End missions', {
        abandon: (await import('./commands/agent/mission/abandon.command.ts')).abandonCommand,
      }),
  },
  'work with a server': {
    auth: async () => (await import('./commands/auth/auth.routes.ts')).authRoutes,
    teamspace: async () => (await import('./commands/teamspace/teamspace.command.ts')).teamspaceCommand,
  },
  'for agents and programs': {
    agent: async (rest) => (await import('./commands/agent/agent.routes.ts')).agentRoutes(rest),
    orchestratorApi: async () =>
      (await import('./commands/orchestrator-api/orchestrator-api.routes.ts')).orchestratorApiRoutes,
    mcp: async () => (await import('./commands/mcp/mcp.command.ts')).mcpCommand,
    implement: async () => (await import('./commands/implement/implement.command.ts')).implementByHandCommand,
  },
};

const ROUTES: Loads = Object.assign({}, ...Object.values(SECTIONS));

/** Loads what a command line begins with; `undefined` where it begins with no command and no group. */
export async function rootFor(argv: readonly string[]): Promise<RouteMap<AppContext> | undefined> {
  if (routeNamed(ROUTES, argv[0]) === undefined) return undefined;
  return buildRouteMap({ docs: { brief: BRIEF }, routes: await loadRoutes(ROUTES, argv) });
}

/** Loads every command. */
export async function wholeRoot(): Promise<RouteMap<AppContext>> {
  const loaded = Object.entries(SECTIONS).map(
    async ([title, routes]) => [title, await loadRoutes(routes, [])] as const,
  );
  return overview(BRIEF, Object.fromEntries(await Promise.all(loaded)), EXAMPLES);
}

/**
 * Builds the program of some commands. `failed` receives every failure instead of the framework's text.
 *
 * @param argv the command line, which a failure to understand it names the command of.
 */
export function buildApp(
  root: RouteMap<AppContext>,
  failed: Failed,
  argv: readonly string[],
): Application<AppContext> {
  return buildApplication<AppContext>(root, {
    name: 'spec-kitty',
    scanner: {
      caseStyle: 'allow-kebab-for-camel',
      allowArgumentEscapeSequence: true,
      distanceOptions: CLOSE,
    },
    documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        briefs: {
          ...text_en.briefs,
          help: 'Show this help',
          argumentEscapeSequence: 'What follows is an argument, even with a dash before it',
        },
        exceptionWhileParsingArguments: (error) => failed(usageFault(error, { argv, root })),
        exceptionWhileLoadingCommandFunction: failed,
        exceptionWhileLoadingCommandContext: failed,
        exceptionWhileRunningCommand: failed,
        commandErrorResult: failed,
        noCommandRegisteredForInput: ({ input, corrections }) =>
          failed(
            input === argv[0] && GATED_GROUPS.some((gated) => gated === input)
              ? notYet(input)
              : unknownCommand(input, namedBy(argv, root), {
                  meant: corrections,
                  elsewhere: nearest(pathsTo(input, root, 'spec-kitty'), argv),
                }),
          ),
      },
    },
  });
}

/** Those with a word of the command line in them before the last, if any: of several called `create` that one was meant. */
function nearest(paths: readonly string[], argv: readonly string[]): readonly string[] {
  const through = paths.filter((path) =>
    path
      .split(' ')
      .slice(1, -1)
      .some((word) => argv.includes(word)),
  );
  return through.length > 0 ? through : paths;
}

interface Guesses {
  readonly meant: readonly string[];
  readonly elsewhere: readonly string[];
}

/** @param within the group whose command was expected. */
function unknownCommand(input: string, within: string, { meant, elsewhere }: Guesses): Fault {
  const help = `Run \`${within} --help\` to see what there is.`;
  if (input.startsWith('-'))
    return new Fault('usage', 'USAGE_ERROR', `A command is expected before ${input}.`, { hints: [help] });
  const found = elsewhere.map((path) => `\`${path}\``).join(' and ');
  const hint =
    (meant.length > 0 && `Did you mean ${meant.join(' or ')}?`) || (found && `There is ${found}.`) || help;
  return new Fault('usage', 'UNKNOWN_COMMAND', `There is no command "${input}".`, { hints: [hint] });
}

/** A hosted group that this version does not have: no other command is what was meant. */
function notYet(name: string): Fault {
  return new Fault('usage', 'UNKNOWN_COMMAND', `There is no command "${name}" in this version yet.`, {
    hints: ['Once there is, it needs `SPEC_KITTY_ENABLE_SAAS_SYNC=1`, as all that is hosted does.'],
  });
}
