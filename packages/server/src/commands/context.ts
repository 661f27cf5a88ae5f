import type { CommandContext } from '@stricli/core';

/** What a process is given from outside, and what a command of the server may touch. */
export interface ServerContext extends CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly nowMs: () => number;
  /** Resolves when the process is told to end. */
  readonly told: Promise<unknown>;
  /** Exit code of a command that has answered, and found something. */
  readonly exit: { code: number };
}

/** Prints the document with `--json`, else the text. */
export function show(context: ServerContext, json: boolean, document: unknown, text: () => string): void {
  context.stdout(`${json ? JSON.stringify(document, null, 2) : text()}\n`);
}
