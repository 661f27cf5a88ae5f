import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import { ArgumentScannerError, buildApplication, run, text_en } from '@stricli/core';
import { auditCommand } from './audit.command.ts';
import { backupCommand, restoreCommand } from './backup.commands.ts';
import type { ServerContext } from './context.ts';
import { groupOf } from './define.ts';
import { doctorCommand } from './doctor.command.ts';
import { keyRoutes } from './key.commands.ts';
import { serveCommand } from './serve.command.ts';
import { sessionRoutes } from './session.commands.ts';
import { teamRoutes } from './team.commands.ts';
import { tokenRoutes } from './token.commands.ts';
import { userRoutes } from './user.commands.ts';

/** Everything that the server's program does, as it is called through `spec-kitty`. */
const ROOT = groupOf(
  'Run a Teamspace, and administer it',
  {
    serve: serveCommand,
    user: userRoutes,
    team: teamRoutes,
    token: tokenRoutes,
    session: sessionRoutes,
    audit: auditCommand,
    key: keyRoutes,
    backup: backupCommand,
    restore: restoreCommand,
    doctor: doctorCommand,
  },
  [
    'spec-kitty teamspace serve',
    'spec-kitty teamspace user add ada@example.org --name Ada --public-url https://teamspace.example.org',
    'spec-kitty teamspace doctor',
  ],
);

/** Runs one command line and returns its exit code; every failure has been printed when it returns. */
export async function runServerApp(argv: readonly string[], context: ServerContext): Promise<number> {
  const failures: unknown[] = [];
  const failed = (error: unknown): string => {
    failures.push(error);
    return '';
  };
  const app = buildApplication<ServerContext>(ROOT, {
    name: 'spec-kitty teamspace',
    scanner: { caseStyle: 'allow-kebab-for-camel' },
    documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (error) =>
          failed(error instanceof ArgumentScannerError ? usage(error.message) : error),
        exceptionWhileLoadingCommandFunction: failed,
        exceptionWhileLoadingCommandContext: failed,
        exceptionWhileRunningCommand: failed,
        commandErrorResult: failed,
        noCommandRegisteredForInput: ({ input }) => failed(usage(`There is no command "${input}".`)),
      },
    },
  });
  const process = {
    stdout: { write: context.stdout },
    stderr: { write: () => undefined },
    exitCode: null as number | string | null,
    env: { STRICLI_NO_COLOR: '1' },
  };
  await run(app, argv.length === 0 ? ['--help'] : argv, { ...context, process });
  const [failure] = failures;
  return failure === undefined
    ? context.exit.code || Number(process.exitCode ?? 0)
    : report(failure, argv, context);
}

function usage(message: string): Fault {
  return new Fault('usage', 'USAGE_ERROR', message, {
    hints: ['Run `spec-kitty teamspace --help` to see what there is.'],
  });
}

function report(failure: unknown, argv: readonly string[], { stdout, stderr }: ServerContext): number {
  const { kind, message, code, hints, details } = failure instanceof Fault ? failure : bug(failure);
  if (argv.includes('--json')) {
    stdout(`${JSON.stringify({ error: message, error_code: code, hints, ...details }, null, 2)}\n`);
  } else {
    const lines = [
      `Error: ${message} [${code}]`,
      ...indented(details['output']),
      ...hints.map((hint) => `Hint: ${hint}`),
    ];
    stderr(`${lines.join('\n')}\n`);
  }
  return EXIT_CODES[kind];
}

function bug(failure: unknown): Omit<Fault, 'kind' | 'name'> & { readonly kind: 'bug' } {
  const trace = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  const message = `This is a bug in Teamspace; nothing was reported as done.\n${trace}`;
  return { kind: 'bug', code: 'INTERNAL_ERROR', message, hints: [], details: {} };
}

/** What another program said. */
function indented(output: unknown): readonly string[] {
  return typeof output === 'string' && output !== '' ? output.split('\n').map((line) => `  ${line}`) : [];
}
