import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import { implement } from '../agent/action/implement.ts';
import { create } from '../agent/mission/create.ts';
import { finalizeTasks } from '../agent/mission/finalize-tasks.ts';
import { setupPlan } from '../agent/mission/setup-plan.ts';
import { init } from '../init/init.ts';
import { next } from '../next/next.ts';

/** The part of `next --json` that an agent acts on. */
export interface NextStep {
  readonly action: string | null;
  readonly wp_id: string | null;
  readonly reason: string | null;
}

/** The part of `agent action implement --json` that an agent acts on. */
export interface Assignment {
  readonly wp_id: string;
  readonly lane_id: string;
  readonly workspace_path: string;
  readonly branch: string;
}

type CommandFunction<F, A extends readonly unknown[]> = (
  this: AppContext,
  flags: F,
  ...args: A
) => Promise<void>;

/**
 * The commands of one repository, run in this process as a program would run them: each is the function behind
 * the command line, and what comes back is its `--json` document.
 */
export class ProjectCommands {
  readonly root: string;
  readonly #context: AppContext;
  #mission = '';

  constructor(context: AppContext, root: string) {
    const { clock, ids, env, stderr } = context;
    let workspace: Promise<Workspace> | undefined;
    this.root = root;
    this.#context = {
      ...context,
      cwd: root,
      workspace: () => {
        workspace ??= import('@spec-kitty/local/workspace/open-workspace').then(({ openWorkspace }) =>
          openWorkspace({
            cwd: root,
            env,
            clock,
            ids,
            interactive: false,
            warn: (text) => stderr(`Warning: ${text}\n`),
          }),
        );
        return workspace;
      },
      progress: () => undefined,
    };
  }

  /** Directory name of the mission that all later commands are about. */
  get mission(): string {
    return this.#mission;
  }

  get env(): AppContext['env'] {
    return this.#context.env;
  }

  workspace(): Promise<Workspace> {
    return this.#context.workspace();
  }

  async init(): Promise<void> {
    await this.#run(init, { skills: false, nonInteractive: true, json: true });
  }

  async create(slug: string, friendlyName: string, purposeTldr: string): Promise<void> {
    const created = await this.#run(create, { friendlyName, purposeTldr, prBound: false, json: true }, slug);
    this.#mission = (created as { readonly mission_slug: string }).mission_slug;
  }

  async setupPlan(): Promise<void> {
    await this.#run(setupPlan, this.#about());
  }

  async finalize(): Promise<void> {
    await this.#run(finalizeTasks, { ...this.#about(), validateOnly: false, commit: true });
  }

  /** Asks for the mission's next step, for an agent or for whoever delivers the mission. */
  async next(agent?: string): Promise<NextStep> {
    return (await this.#run(next, {
      ...this.#about(),
      ...(agent === undefined ? {} : { agent }),
    })) as NextStep;
  }

  async implement(agent: string, wp: string): Promise<Assignment> {
    return (await this.#run(implement, { ...this.#about(), agent }, wp)) as Assignment;
  }

  #about() {
    return { mission: this.#mission, json: true };
  }

  async #run<F, A extends readonly unknown[]>(
    command: CommandFunction<F, A>,
    flags: F,
    ...args: A
  ): Promise<unknown> {
    let shown: unknown;
    const show: AppContext['show'] = (_json, document) => {
      shown = document;
    };
    await command.call({ ...this.#context, exit: { code: 0 }, show }, flags, ...args);
    return shown;
  }
}
