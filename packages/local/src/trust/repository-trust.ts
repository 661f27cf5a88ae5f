import os from 'node:os';
import { Fault } from '@spec-kitty/core/fault';
import type { Clock } from '@spec-kitty/core/ports/clock';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { containedPath } from '../files/contained-path.ts';
import { executableConfig } from '../git/executable-config.ts';
import { Git } from '../git/git.ts';
import { openLock } from '../lock/open-lock.ts';
import type { Repository } from '../repository/repository.ts';
import { stateRoot } from './state-root.ts';
import { type TrustItem, TrustStore } from './trust-store.ts';

const WORKSPACE_COPY = 'workspace.copy';

/** An agent that a repository defines: allowed with everything that is said of it. */
export function agentItem(key: string, definition: unknown): TrustItem {
  return { kind: 'agents.catalogue', value: { key, value: JSON.stringify(definition) } };
}

/** What a trust decision needs of the surroundings. */
export interface TrustSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** What one repository wants to execute, and what its user allows. */
export class RepositoryTrust {
  readonly store: TrustStore;
  readonly #repository: Repository;
  readonly #env: TrustSurroundings['env'];

  constructor(repository: Repository, { env, clock }: TrustSurroundings) {
    const folder = stateRoot({ platform: process.platform, env, home: env['HOME'] || os.homedir() });
    this.#repository = repository;
    this.#env = env;
    this.store = new TrustStore({ folder, clock, lock: async () => openLock({ folder }) });
  }

  get commonDir(): string {
    return this.#repository.commonDir;
  }

  /** Everything that this repository would have executed: its own configuration, and that of its Git directory. */
  async items(config: ProjectConfig): Promise<readonly TrustItem[]> {
    const { validationCommand, workspaceSetup, workspaceCopy, agentDefinitions } = config;
    return [
      ...(validationCommand ? [{ kind: 'validation.command', value: validationCommand }] : []),
      ...(workspaceSetup ? [{ kind: 'workspace.setup', value: workspaceSetup }] : []),
      ...(workspaceCopy.length > 0 ? [{ kind: WORKSPACE_COPY, value: workspaceCopy }] : []),
      ...Object.entries(agentDefinitions).map(([key, definition]) => agentItem(key, definition)),
      ...(await this.#gitItems()),
    ];
  }

  /**
   * Allows items as they are now.
   *
   * @throws Fault `PATH_OUTSIDE_REPOSITORY` for a path to copy that leads out of the repository: nothing is allowed then.
   */
  async allow(items: readonly TrustItem[]): Promise<void> {
    for (const { kind, value } of items)
      if (kind === WORKSPACE_COPY) for (const named of value as readonly string[]) this.#requireInside(named);
    await this.store.allow(this.commonDir, items);
  }

  #requireInside(named: string): void {
    try {
      containedPath(this.#repository.primary, named);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.kind, error.code, `${WORKSPACE_COPY} cannot be allowed: ${error.message}`, {
        hints: [
          'Correct it in .kittify/config.yaml: a path relative to the repository, with `/`, inside it.',
        ],
        details: { ...error.details, kind: WORKSPACE_COPY },
        cause: error,
      });
    }
  }

  /** @throws Fault `NOT_TRUSTED` naming the command that allows it. */
  require(item: TrustItem): void {
    if (this.store.isTrusted(this.commonDir, item)) return;
    const shown = Array.isArray(item.value) ? item.value.join(' ') : describe(item.value);
    throw new Fault(
      'refused',
      'NOT_TRUSTED',
      `This repository wants to use ${item.kind}, which you have not allowed: ${shown}`,
      {
        hints: ['Read it with `spec-kitty trust show`; if you agree, run `spec-kitty trust allow`.'],
        details: { kind: item.kind, value: item.value },
      },
    );
  }

  /** @throws Fault `NOT_TRUSTED` for the first program that Git would run on the repository's behalf. */
  async requireGit(): Promise<void> {
    for (const item of await this.#gitItems()) this.require(item);
  }

  async #gitItems(): Promise<readonly TrustItem[]> {
    const settings = await executableConfig(new Git(this.#repository.primary, this.#env), this.commonDir);
    return settings.map(({ key, value, scope }) => ({ kind: 'git-config', value: { key, value, scope } }));
  }
}

function describe(value: unknown): string {
  const { key, value: setting } = value as { key?: string; value?: string };
  return `${key ?? ''} = ${setting ?? ''}`;
}
