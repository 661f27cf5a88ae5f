import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import { projectSlug } from '@spec-kitty/core/project/project-slug';
import { planProject } from '@spec-kitty/core/project/plan-project';
import { shellWord } from '@spec-kitty/core/shell-word';
import { diskFault } from '@spec-kitty/local/files/disk-fault';
import { findRepository } from '@spec-kitty/local/repository/repository';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';

/** Creates the project files; a second run changes nothing. */
export async function init(this: AppContext, { json }: { json: boolean }, target = '.'): Promise<void> {
  const root = path.resolve(this.cwd, target);
  const shown = path.relative(this.cwd, root) || '.';
  if (existsSync(path.join(root, '.kittify', 'config.yaml'))) {
    this.show(
      json,
      { result: 'already_initialized', path: root, created: [] },
      () => `${shown} is already initialized; nothing was changed.`,
    );
    return;
  }
  const files = planProject({
    uuid: randomUUID(),
    slug: projectSlug(path.basename(root)),
    version,
    at: formatInstant(this.clock.nowMicros()),
  });
  const created = create(root, files);
  const steps = (await isInRepository(root)) ? NEXT_STEPS : [beginRepository(shown), ...NEXT_STEPS];
  this.show(json, { result: 'success', path: root, created, next_steps: steps }, () =>
    [
      `Initialized ${shown}:`,
      ...created.map((file) => `  ${file}`),
      '',
      'Next steps:',
      ...steps.map((step) => `  ${step}`),
    ].join('\n'),
  );
}

const NEXT_STEPS = [
  'spec-kitty agent mission create <slug>            describe what you want',
  'spec-kitty next --agent <agent> --mission <slug>  ask what comes next, at any time',
  'spec-kitty agent action implement --agent <agent> --mission <slug>',
  'spec-kitty agent action review --agent <agent> --mission <slug>',
];

/** Only Git knows what the other steps need. */
function beginRepository(shown: string): string {
  const command = shown === '.' ? 'git init' : `git init ${shellWord(shown)}`;
  return `${command.padEnd(48)}  begin a repository: there is none here`;
}

async function isInRepository(root: string): Promise<boolean> {
  try {
    await findRepository(root);
    return true;
  } catch (error) {
    if (error instanceof Fault) return error.code !== 'NOT_A_REPOSITORY';
    throw error;
  }
}

/** Checks everything first, so that a refusal leaves nothing behind; a file that is there with its very text is no conflict. */
function create(root: string, files: Readonly<Record<string, string>>): readonly string[] {
  const missing = Object.entries(files).filter(([file, text]) => !hasText(path.join(root, file), text));
  const taken = missing
    .map(([file]) => file)
    .find((file) => lstatSync(path.join(root, file), { throwIfNoEntry: false }));
  if (taken !== undefined) {
    throw new Fault('refused', 'INIT_CONFLICT', `init would overwrite an existing file: ${taken}`, {
      hints: ['Move it away, or choose another folder with `spec-kitty init <path>`.'],
      details: { file: taken },
    });
  }
  try {
    for (const [file, text] of missing) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text, { flag: 'wx' });
    }
  } catch (error) {
    throw diskFault(error, root);
  }
  return missing.map(([file]) => file);
}

/** Such as `.worktrees/.gitignore`, which the first claim makes where nobody has run `init`. */
function hasText(file: string, text: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && readFileSync(file, 'utf8') === text;
}
