import { appendFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { containedPath } from '../files/contained-path.ts';
import { shellWord } from '@spec-kitty/core/shell-word';
import { diskFault } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { Git } from '../git/git.ts';
import { outputTail, wholeOutput } from '../process/output-tail.ts';
import { runProcess } from '../process/run-process.ts';
import type { RepositoryTrust } from '../trust/repository-trust.ts';
import type { WorkspaceSetup } from './workspace-setup.ts';

const TIMEOUT_MS = 30 * 60 * 1000;

/** What {@link TrustedSetup} works with. */
export interface SetupPorts {
  readonly primary: string;
  /** The Git directory that all worktrees share. */
  readonly commonDir: string;
  readonly trust: RepositoryTrust;
  readonly config: () => Promise<ProjectConfig>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Copies and commands of `workspace.copy` and `workspace.setup`, once for each new worktree and only when allowed. */
export class TrustedSetup implements WorkspaceSetup {
  readonly #ports: SetupPorts;

  constructor(ports: SetupPorts) {
    this.#ports = ports;
  }

  async requireAllowed(): Promise<void> {
    await this.#allowed();
  }

  async run(worktree: string): Promise<void> {
    const { workspaceCopy, workspaceSetup } = await this.#allowed();
    if (workspaceCopy.length > 0) {
      this.#copy(worktree, workspaceCopy);
      await this.#keepUncommitted(worktree, workspaceCopy);
    }
    if (workspaceSetup) await this.#run(worktree, workspaceSetup);
  }

  /** The settings exactly as they are allowed: what is read anew later may be something else. */
  async #allowed(): Promise<ProjectConfig> {
    const { config, trust } = this.#ports;
    const settings = await config();
    const { workspaceCopy: copy, workspaceSetup: setup } = settings;
    if (copy.length > 0) trust.require({ kind: 'workspace.copy', value: copy });
    if (setup) trust.require({ kind: 'workspace.setup', value: setup });
    return settings;
  }

  #copy(worktree: string, paths: readonly string[]): void {
    // Beside the worktree, on the same file system, so that a copy appears whole or not at all.
    const draft = path.join(path.dirname(worktree), `.${path.basename(worktree)}.copy`);
    for (const named of paths) {
      const from = containedPath(this.#ports.primary, named);
      const to = containedPath(worktree, named);
      if (!existsSync(from) || existsSync(to)) continue;
      rmSync(draft, { recursive: true, force: true });
      cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
      mkdirSync(path.dirname(to), { recursive: true });
      renameSync(draft, to);
    }
  }

  /**
   * What was copied and Git neither tracks nor ignores would be part of the next `git add -A`, and it may be a secret.
   * The rules of the branch are not ours to change, so those of the repository get a line for each.
   */
  async #keepUncommitted(worktree: string, paths: readonly string[]): Promise<void> {
    const git = new Git(worktree, this.#ports.env);
    const rules: string[] = [];
    for (const named of paths) {
      const literal = `:(literal)${named}`;
      const loose = await git.records(['ls-files', '--others', '--exclude-standard', '-z', '--', literal]);
      if (loose.length > 0) rules.push(ignoreRule(named));
    }
    if (rules.length === 0) return;
    const file = path.join(this.#ports.commonDir, 'info', 'exclude');
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      const before = readText(file) ?? '';
      const start = before === '' || before.endsWith('\n') ? '' : '\n';
      appendFileSync(
        file,
        `${start}# Copied into worktrees by workspace.copy of Spec Kitty:\n${rules.join('\n')}\n`,
      );
    } catch (error) {
      throw diskFault(error, file);
    }
  }

  async #run(worktree: string, command: readonly string[]): Promise<void> {
    const result = await runProcess({
      argv: command,
      cwd: worktree,
      env: this.#ports.env,
      timeoutMs: TIMEOUT_MS,
    });
    if (result.exitCode === 0) return;
    const log = path.join(
      this.#ports.commonDir,
      'spec-kitty',
      'logs',
      `setup-${path.basename(worktree)}.log`,
    );
    writeAtomically(log, wholeOutput(result));
    throw new Fault(
      'refused',
      'SETUP_FAILED',
      `workspace.setup failed in ${worktree}: ${command.map(shellWord).join(' ')}`,
      {
        hints: [
          `Correct it in .kittify/config.yaml and trust it again; the worktree stays and is prepared next time. All of its output is in ${log}.`,
        ],
        details: {
          command,
          exit_code: result.exitCode ?? null,
          workspace_path: worktree,
          output: outputTail(result),
          log,
        },
      },
    );
  }
}

/** A pattern for `.gitignore` that is this path from the top and nothing else. */
function ignoreRule(named: string): string {
  const plain = path.posix.normalize(named).replace(/\/$/, '');
  return `/${plain.replaceAll(/[\\*?[\] ]/g, String.raw`\$&`)}`;
}
