import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { UlidIds } from '@spec-kitty/local/clock/ulid-ids';
import { printable } from '@spec-kitty/core/printable';
import type { AppContext, Surroundings } from './context.ts';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/** Wires the ports, the machine's own unless told; nothing is opened before a command asks for it. */
export function buildContext(
  surroundings: Surroundings,
  { clock = new SystemClock(), ids = new UlidIds() }: Partial<Pick<AppContext, 'clock' | 'ids'>> = {},
): AppContext {
  const { stdout, stderr, cwd, env, interactive } = surroundings;
  let workspace: Promise<Workspace> | undefined;
  let endings: (() => readonly string[]) | undefined;
  return {
    ...surroundings,
    process: { stdout: { write: stdout }, stderr: { write: stderr } },
    clock,
    ids,
    exit: { code: 0 },
    interruption: { taken: undefined },
    // `runApp` has the commands.
    propose: async () => [],
    completing: [],
    endings: () => endings?.() ?? [],
    workspace: ({ endsMerge } = { endsMerge: false }) => {
      workspace ??= import('@spec-kitty/local/workspace/open-workspace').then(({ openWorkspace }) =>
        openWorkspace({
          cwd,
          env,
          clock,
          ids,
          interactive,
          announceMerges: !endsMerge,
          warn: (message) => stderr(printable(`Warning: ${message}\n`)),
        }),
      );
      if (!endsMerge) return workspace;
      return workspace.then(async (opened) => {
        // Loaded now: a signal leaves no time for it.
        const { openEndings } = await import('@spec-kitty/local/pending-merges/interrupted-merges');
        endings = () => openEndings(opened.repository);
        return opened;
      });
    },
    show: (json, document, text) =>
      stdout(`${json ? JSON.stringify(document, null, 2) : printable(text())}\n`),
    progress: (text) => {
      if (interactive) stderr(`${text}\n`);
    },
  };
}
