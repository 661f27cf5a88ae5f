import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Ids } from '@spec-kitty/core/ports/ids';
import type { CommandContext, InputCompletion } from '@stricli/core';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** What a process is given from outside. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly interactive: boolean;
  /** Of the terminal; none where there is no terminal. */
  readonly columns?: () => number | undefined;
  readonly rows?: () => number | undefined;
}

/** What a command is about to do with the repository. */
export interface WorkspaceUse {
  /** It ends an interrupted merge, or refuses to by name: announcing that one would be wrong once it is done. */
  readonly endsMerge: boolean;
}

/** Everything a command may touch. Built once in `main.ts`; `workspace()` opens the repository on first use. */
export interface AppContext extends CommandContext, Surroundings {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly workspace: (use?: WorkspaceUse) => Promise<Workspace>;
  /** How a merge that this command would leave in the middle is ended; empty for any other command. */
  readonly endings: () => readonly string[];
  /** Prints the document with `--json`, else the text; both end in one newline. */
  readonly show: (json: boolean, document: unknown, text: () => string) => void;
  /** Prints progress for a person at a terminal; silent in pipes. */
  readonly progress: (text: string) => void;
  /** What may follow on a command line, whose last word is the one to complete. */
  readonly propose: (words: readonly string[]) => Promise<readonly InputCompletion[]>;
  /** The words that {@link AppContext.propose} was asked about, while it looks for values. */
  readonly completing: readonly string[];
  /** What a signal to end does instead of ending the program; it may come again. */
  readonly interruption: { taken: (() => void) | undefined };
  /** Ends the process with this code after output that is an answer, such as a check that found something. */
  readonly exit: { code: number };
}
