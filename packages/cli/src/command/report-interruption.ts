import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';

/**
 * Ends the program when it is told to, after reporting that; an answer that has been printed is not followed by another.
 *
 * It ends between two steps, where a command that is killed leaves whole files, and takes what it has started with it.
 */
export function reportInterruption(
  program: NodeJS.Process,
  {
    taken,
    answered,
    endings,
    report,
  }: {
    /** What a command does instead, if it wants to end in its own way. */
    readonly taken: () => (() => void) | undefined;
    readonly answered: () => boolean;
    /** How what the command leaves half done is ended. */
    readonly endings: () => readonly string[];
    readonly report: (failure: Fault) => number;
  },
): void {
  const end = () => {
    const own = taken();
    if (own) {
      own();
      return;
    }
    const sentence = 'The command was interrupted; what it had done by then stays, and it can be run again.';
    program.exit(
      answered()
        ? EXIT_CODES.interrupted
        : report(new Fault('interrupted', 'INTERRUPTED', sentence, { hints: endings() })),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) program.on(signal, end);
}
