import { Fault } from '@spec-kitty/core/fault';
import { type Application, buildApplication, text_en } from '@stricli/core';
import { group } from './command/build.ts';
import { overview } from './command/overview.ts';
import { acceptCommand } from './commands/accept/accept.command.ts';
import { authRoutes } from './commands/auth/auth.routes.ts';
import { agentRoutes } from './commands/agent/agent.routes.ts';
import { analyzeCommand } from './commands/check/analyze.command.ts';
import { checkCommand } from './commands/check/check.command.ts';
import { charterRoutes } from './commands/charter/charter.routes.ts';
import { clarifyCommand } from './commands/check/clarify.command.ts';
import { createCommand } from './commands/agent/mission/create.command.ts';
import { setupPlanCommand } from './commands/agent/mission/setup-plan.command.ts';
import { missionTypeRoutes } from './commands/mission-type/mission-type.routes.ts';
import { researchCommand } from './commands/plan/research.command.ts';
import { tasksCommand } from './commands/plan/tasks.command.ts';
import { quickCommand } from './commands/quick/quick.command.ts';
import { conflictsRoutes } from './commands/conflicts/conflicts.routes.ts';
import { abandonCommand } from './commands/agent/mission/abandon.command.ts';
import { completionRoutes } from './commands/completion/completion.routes.ts';
import { projectDoctorCommand, verifySetupCommand } from './commands/doctor/doctor.command.ts';
import { demoCommand } from './commands/demo/demo.command.ts';
import { implementByHandCommand } from './commands/implement/implement.command.ts';
import { initCommand } from './commands/init/init.command.ts';
import { intakeCommand } from './commands/intake/intake.command.ts';
import { mcpCommand } from './commands/mcp/mcp.command.ts';
import { mergeCommand } from './commands/merge/merge.command.ts';
import { nextCommand } from './commands/next/next.command.ts';
import { orchestratorApiRoutes } from './commands/orchestrator-api/orchestrator-api.routes.ts';
import { recoverRoutes } from './commands/recover/recover.routes.ts';
import { retrospectRoutes } from './commands/retrospect/retrospect.routes.ts';
import { reviewRoutes } from './commands/review/review.routes.ts';
import { statusCommand } from './commands/status/status.command.ts';
import { teamspaceCommand } from './commands/teamspace/teamspace.command.ts';
import { upgradeCommand } from './commands/upgrade/upgrade.command.ts';
import { trustRoutes } from './commands/trust/trust.routes.ts';
import { pathsTo } from './command/paths-to.ts';
import { usageFault } from './command/usage-fault.ts';
import type { AppContext } from './context.ts';

/** What counts as a slip of the finger: the framework's own measure finds `status` in "bogus". */
const CLOSE = { threshold: 2, weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 } };

type Failed = (error: unknown) => string;

const ROOT = overview(
  'Plan, implement, review, accept and merge missions with coding agents',
  {
    'set up': {
      init: initCommand,
      doctor: projectDoctorCommand,
      verifySetup: verifySetupCommand,
      upgrade: upgradeCommand,
      trust: trustRoutes,
      completion: completionRoutes,
      demo: demoCommand,
    },
    plan: {
      quick: quickCommand,
      charter: charterRoutes,
      intake: intakeCommand,
      specify: createCommand,
      clarify: clarifyCommand,
      plan: setupPlanCommand,
      research: researchCommand,
      tasks: tasksCommand,
      check: checkCommand,
      analyze: analyzeCommand,
      missionType: missionTypeRoutes,
    },
    deliver: {
      next: nextCommand,
      status: statusCommand,
      review: reviewRoutes,
      accept: acceptCommand,
      merge: mergeCommand,
      conflicts: conflictsRoutes,
      recover: recoverRoutes,
      retrospect: retrospectRoutes,
      mission: group('End missions', { abandon: abandonCommand }),
    },
    'work with a server': {
      auth: authRoutes,
      teamspace: teamspaceCommand,
    },
    'for agents and programs': {
      agent: agentRoutes,
      orchestratorApi: orchestratorApiRoutes,
      mcp: mcpCommand,
      implement: implementByHandCommand,
    },
  },
  [
    'spec-kitty init --ai auto',
    'spec-kitty quick "Greet people by their name"',
    'spec-kitty next --mission invoice-export',
    'spec-kitty demo',
  ],
);

/**
 * Builds the program. `failed` receives every failure instead of the framework's text.
 *
 * @param argv the command line, which a failure to understand it names the command of.
 */
export function buildApp(failed: Failed, argv: readonly string[] = []): Application<AppContext> {
  return buildApplication<AppContext>(ROOT, {
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
        exceptionWhileParsingArguments: (error) => failed(usageFault(error, { argv, root: ROOT })),
        exceptionWhileLoadingCommandFunction: failed,
        exceptionWhileLoadingCommandContext: failed,
        exceptionWhileRunningCommand: failed,
        commandErrorResult: failed,
        noCommandRegisteredForInput: ({ input, corrections }) =>
          failed(unknownCommand(input, corrections, nearest(pathsTo(input, ROOT, 'spec-kitty'), argv))),
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

function unknownCommand(input: string, corrections: readonly string[], elsewhere: readonly string[]): Fault {
  if (input.startsWith('-')) {
    return new Fault('usage', 'USAGE_ERROR', `A command is expected before ${input}.`, {
      hints: ['Run `spec-kitty --help` to see what there is.'],
    });
  }
  const [meant, found] = [corrections.join(' or '), elsewhere.map((path) => `\`${path}\``).join(' and ')];
  const hint =
    (meant && `Did you mean ${meant}?`) ||
    (found && `There is ${found}.`) ||
    'Run `spec-kitty --help` to see what there is.';
  return new Fault('usage', 'UNKNOWN_COMMAND', `There is no command "${input}".`, { hints: [hint] });
}
