import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { few } from '@spec-kitty/core/few';
import type { Api } from '@spec-kitty/core/guard/syntax';
import { trackedParts } from '@spec-kitty/core/guard/tracked-parts';
import { Git } from '../git/git.ts';
import { findRepository } from '../repository/repository.ts';

/** The last line of versions that programs can use as a library. */
const WANTED = 'typescript@6';

/** Absent from version 7, whose library is another one, and the last from versions before 4.9. */
const NEEDED = ['createSourceFile', 'canHaveModifiers', 'isSatisfiesExpression'] as const;

/** What adds a package, by the lock file that shows who keeps a project's packages. */
const ADDS: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': 'pnpm add -D',
  'yarn.lock': 'yarn add -D',
  'bun.lock': 'bun add -d',
  'bun.lockb': 'bun add -d',
};

/**
 * Loads TypeScript as the project in a folder has it installed.
 *
 * That executes it, so a copy that came with the repository is refused: nothing that a repository brings along is executed.
 *
 * @throws Fault `TYPESCRIPT_MISSING`, `TYPESCRIPT_TRACKED` or `TYPESCRIPT_UNUSABLE`.
 */
export async function loadTypescript(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Api> {
  const found = findPackage(root);
  if (found === undefined)
    throw new Fault(
      'refused',
      'TYPESCRIPT_MISSING',
      'The project has no TypeScript to read its source with.',
      {
        hints: [`Install it in the project: \`${installCommand(root)}\`.`],
      },
    );
  // As it is found, and where links lead from there.
  for (const folder of [path.dirname(found), realpathSync(found)]) await requireInstalled(folder, root, env);
  const api = load(found, root);
  if (NEEDED.every((name) => typeof api[name] === 'function')) return api;
  throw unusable(root, `The project's TypeScript gives programs no syntax tree of today: ${api.version}`);
}

/** Looked for as Node does, except that a repository that calls itself typescript does not stand for it. */
function findPackage(root: string): string | undefined {
  for (let at = root; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', 'typescript');
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (at === path.dirname(at)) return undefined;
  }
}

async function requireInstalled(
  folder: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const checkout = await checkoutAround(folder);
  if (checkout === undefined) return;
  const tracked = await new Git(checkout, env).records(['ls-files', '-z', '--cached']);
  const name = path.relative(checkout, folder).replaceAll(path.sep, '/');
  const brought = trackedParts(tracked, name);
  if (brought.length === 0) return;
  throw new Fault(
    'refused',
    'TYPESCRIPT_TRACKED',
    `Git tracks files of the TypeScript that would be executed, so it is not one that you have installed: ${few(brought)}`,
    {
      hints: [
        `Remove them from the repository (\`git rm -r\`), and install TypeScript in the project: \`${installCommand(root)}\`.`,
      ],
      details: { path: folder, tracked_count: brought.length },
    },
  );
}

async function checkoutAround(folder: string): Promise<string | undefined> {
  try {
    return (await findRepository(folder)).worktree;
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_A_REPOSITORY') return undefined;
    throw error;
  }
}

/** What it exports, whatever that is. */
function load(folder: string, root: string): Api {
  try {
    return createRequire(path.join(folder, 'package.json'))(realpathSync(folder));
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw unusable(root, `The project's TypeScript cannot be loaded: ${reason}`, cause);
  }
}

function unusable(root: string, message: string, cause?: unknown): Fault {
  return new Fault('refused', 'TYPESCRIPT_UNUSABLE', message, {
    hints: [`Install one that can be used as a library: \`${installCommand(root)}\`.`],
    cause,
  });
}

function installCommand(root: string): string {
  const lock = Object.keys(ADDS).find((name) => existsSync(path.join(root, name)));
  return `${(lock && ADDS[lock]) ?? 'npm install -D'} ${WANTED}`;
}
