import { Fault } from '@spec-kitty/core/fault';
import {
  type Application,
  ArgumentScannerError,
  buildApplication,
  formatMessageForArgumentScannerError,
  text_en,
} from '@stricli/core';
import { group } from './command/build.ts';
import { acceptCommand } from './commands/accept/accept.command.ts';
import { agentRoutes } from './commands/agent/agent.routes.ts';

import { demoCommand } from './commands/demo/demo.command.ts';
import { initCommand } from './commands/init/init.command.ts';
import { mergeCommand } from './commands/merge/merge.command.ts';
import { nextCommand } from './commands/next/next.command.ts';
import { statusCommand } from './commands/status/status.command.ts';
import { trustRoutes } from './commands/trust/trust.routes.ts';
import type { AppContext } from './context.ts';

type Failed = (error: unknown) => string;

/** Builds the command tree. `failed` receives every failure instead of the framework's text. */
export function buildApp(failed: Failed): Application<AppContext> {
  const root = group('Plan, implement, review, accept and merge missions with coding agents', {
    init: initCommand,
    next: nextCommand,
    status: statusCommand,
    accept: acceptCommand,
    merge: mergeCommand,
    agent: agentRoutes,
    trust: trustRoutes,
    demo: demoCommand,
  });
  return buildApplication<AppContext>(root, {
    name: 'spec-kitty',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        briefs: {
          ...text_en.briefs,
          help: 'Show this help',
          argumentEscapeSequence: 'What follows is an argument, even with a dash before it',
        },
        exceptionWhileParsingArguments: (error) => failed(usageFault(error)),
        exceptionWhileLoadingCommandFunction: failed,
        exceptionWhileLoadingCommandContext: failed,
        exceptionWhileRunningCommand: failed,
        commandErrorResult: failed,
        noCommandRegisteredForInput: ({ input, corrections }) => failed(unknownCommand(input, corrections)),
      },
    },
  });
}

function usageFault(error: unknown): unknown {
  if (!(error instanceof ArgumentScannerError)) return error;
  return new Fault('usage', 'USAGE_ERROR', formatMessageForArgumentScannerError(error, {}), {
    hints: ['Add --help to the command to see what it takes.'],
  });
}

function unknownCommand(input: string, corrections: readonly string[]): Fault {
  if (input.startsWith('-')) {
    return new Fault('usage', 'USAGE_ERROR', `A command is expected before ${input}.`, {
      hints: ['Run `spec-kitty --help` to see what there is.'],
    });
  }
  return new Fault('usage', 'UNKNOWN_COMMAND', `There is no command "${input}".`, {
    hints: [
      corrections.length > 0
        ? `Did you mean ${corrections.join(' or ')}?`
        : 'Run `spec-kitty --help` to see what there is.',
    ],
  });
}
