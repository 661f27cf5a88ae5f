import path from 'node:path';
import type { CommitFacts } from '../commits/commit-facts.ts';
import type { DerivedLog } from '@spec-kitty/core/log/derive-log';
import type { Clock } from '@spec-kitty/core/ports/clock';
import type { Ids } from '@spec-kitty/core/ports/ids';
import type { LogAddress } from '@spec-kitty/core/ports/event-log';
import type { ConflictRepository, OpenResolution } from '@spec-kitty/core/ports/conflict-repository';
import type { Integrator } from '@spec-kitty/core/ports/integration';
import type { MissionCommits } from '@spec-kitty/core/ports/mission-commits';
import type { LaneRepository } from '@spec-kitty/core/ports/lane-repository';
import type { Lock } from '@spec-kitty/core/ports/lock';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { isOpen } from '@spec-kitty/core/next/is-open';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { Summarize, Summary } from '../missions/summarize-missions.ts';
import { readDerivedLog } from '../cache/cached-logs.ts';
import { DerivedCache } from '../cache/derived-cache.ts';
import { JournaledEventLog, logCopies } from '../event-log/journaled-event-log.ts';
import { CheckoutMissions } from '../missions/checkout-missions.ts';
import { KnownMissions } from '../missions/known-missions.ts';
import { loadWorkPackages } from '../missions/load-work-packages.ts';
import { CheckoutProject } from '../project/checkout-project.ts';
import type { WorkspaceSetup } from '../lanes/workspace-setup.ts';
import { ownIndexLocks } from '../checkout/left-locks.ts';
import type { RepositoryTrust } from '../trust/repository-trust.ts';
import { unfinishedMerges } from '../pending-merges/unfinished-merge.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { findRepository, primaryBranch, privateDir, type Repository } from '../repository/repository.ts';

/** What a workspace is opened with. */
export interface WorkspaceOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether a person is at a terminal to answer a question. */
  readonly interactive: boolean;
  readonly warn: (message: string) => void;
  /** False for a command that ends an interrupted merge, so that it does not tell people to do what it does. */
  readonly announceMerges?: boolean;
}

/** One repository with every port that the use cases need; the heavy ones are loaded on first use. */
export class Workspace {
  readonly repository: Repository;
  readonly missions: CheckoutMissions;
  readonly log: JournaledEventLog;
  readonly files: CheckoutProject;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly #options: WorkspaceOptions;
  #facts: CommitFacts | undefined;
  readonly #cache: DerivedCache;
  #lock: Promise<Lock> | undefined;
  #gitChecked: Promise<void> | undefined;

  constructor(repository: Repository, options: WorkspaceOptions) {
    this.repository = repository;
    this.#options = options;
    this.clock = options.clock;
    this.ids = options.ids;
    this.missions = new CheckoutMissions(repository, (mission) =>
      isOpen(mission.meta, this.derived(mission)),
    );
    const drafts = privateDir(repository, 'tmp');
    this.files = new CheckoutProject(repository.primary, drafts);
    this.#cache = new DerivedCache(privateDir(repository, 'cache'), drafts);
    this.log = new JournaledEventLog(repository, () => this.#openLock(), {
      project: ({ directory }, log) =>
        documentJson(toSnapshot(reduce(log), this.missions.openDirectory(directory).meta)),
      warn: options.warn,
    });
  }

  /** The lock port; loads a native module, so commands that only read never ask for it. */
  get lock(): Lock {
    return { hold: async (name, purpose, body) => (await this.#openLock()).hold(name, purpose, body) };
  }

  async view(handle: string | undefined): Promise<MissionView> {
    return this.viewOf(await this.missions.open(handle));
  }

  async viewOf(mission: Mission): Promise<MissionView> {
    const { missionId, directory, files, checkedOut } = mission;
    const folder = checkedOut ? path.join(this.repository.primary, 'kitty-specs', directory) : undefined;
    const packages = await loadWorkPackages({
      missionId,
      files,
      folder,
      cache: this.#cache,
      nowMs: this.#nowMs(),
    });
    const derived = this.derived(mission);
    if (packages.length > 0 || checkedOut || derived.state.packages.size === 0)
      return { mission, packages, ...derived };
    const { packagesOfLog } = await import('@spec-kitty/core/planning/work-packages');
    const log = await this.log.read(mission);
    return { mission, packages: packagesOfLog(derived.state, log), ...derived };
  }

  /** State of a mission's log without its planning files. */
  derived(mission: Pick<Mission, 'missionId' | 'directory'>): DerivedLog {
    const copies = logCopies(this.repository, mission);
    return readDerivedLog(copies, `log-${mission.missionId}`, this.#cache, this.clock);
  }

  /** Summarises every mission from its log alone, as JSON texts that are remembered. */
  async summaries(summarize: Summarize): Promise<readonly Summary[]> {
    const { summarizeMissions } = await import('../missions/summarize-missions.ts');
    return summarizeMissions({
      repository: this.repository,
      missions: this.missions,
      nowMs: this.#nowMs(),
      summarize,
    });
  }

  branch(): Promise<string | undefined> {
    return primaryBranch(this.repository);
  }

  /** Those of several missions, by directory name, whose files some branch has. */
  async onSomeBranch(directories: readonly string[]): Promise<ReadonlySet<string>> {
    const { onSomeBranch } = await import('../missions/branch-mission.ts');
    return onSomeBranch(this.repository, directories);
  }

  /** Full names of the branches that people have; lanes' own are left out. */
  async branches(): Promise<readonly string[]> {
    const { listBranches } = await import('../git/list-branches.ts');
    const { Git } = await import('../git/git.ts');
    return listBranches(new Git(this.repository.primary, this.#options.env));
  }

  /** Name of the person whose Git this is; `undefined` where Git was never told. */
  async person(): Promise<string | undefined> {
    const { Git } = await import('../git/git.ts');
    const git = new Git(this.repository.primary, this.#options.env);
    return (await git.tryText(['config', '--get', 'user.name'])) || undefined;
  }

  /** Who decides something: whoever is named, else the person. */
  async actor(given?: string): Promise<string> {
    return given ?? (await this.person()) ?? 'user';
  }

  async config(): Promise<ProjectConfig> {
    const { readProjectConfig } = await import('../project/read-project-config.ts');
    return readProjectConfig(this.repository.primary);
  }

  async configOf(branch: string): Promise<ProjectConfig | undefined> {
    const { readBranchConfig } = await import('../project/read-project-config.ts');
    const { Git } = await import('../git/git.ts');
    return readBranchConfig(new Git(this.repository.primary, this.#options.env), branch);
  }

  async lanes(): Promise<LaneRepository> {
    const { GitLanes } = await import('../lanes/git-lanes.ts');
    const { CommitFacts } = await import('../commits/commit-facts.ts');
    this.#facts ??= new CommitFacts(this.repository.commonDir);
    const nowMs = () => this.#nowMs();
    const { env, cwd } = this.#options;
    return new GitLanes(this.repository, await this.#setup(), { env, nowMs, cwd, facts: this.#facts });
  }

  async recovery(): Promise<Recovery> {
    const { Recovery } = await import('../recovery/recovery.ts');
    await this.#trustedGit();
    return new Recovery(this.repository, this.#options.env, () => this.#nowMs());
  }

  async #setup(): Promise<WorkspaceSetup> {
    const { TrustedSetup } = await import('../lanes/trusted-setup.ts');
    const { env } = this.#options;
    const trust = await this.#trustedGit();
    const { primary, commonDir } = this.repository;
    return new TrustedSetup({ primary, commonDir, trust, config: () => this.config(), env });
  }

  async commits(): Promise<MissionCommits> {
    const { GitMissionCommits } = await import('../commits/git-mission-commits.ts');
    await this.#trustedGit();
    return new GitMissionCommits(this.repository, this.#options.env);
  }

  async integrator(mission: Mission): Promise<Integrator> {
    const { GitIntegrator } = await import('../merge/git-integrator.ts');
    const ports = { repository: this.repository, setup: await this.#setup(), env: this.#options.env };
    return new GitIntegrator(ports, mission);
  }

  async conflicts(mission: Mission): Promise<ConflictRepository> {
    const { GitConflicts } = await import('../conflicts/git-conflicts.ts');
    await this.#trustedGit();
    return new GitConflicts({ repository: this.repository, env: this.#options.env }, mission);
  }

  /** Conflicts that somebody resolves now; asks no Git. */
  async resolutions(mission: Mission): Promise<readonly OpenResolution[]> {
    const { openResolutions } = await import('../conflicts/open-resolutions.ts');
    return openResolutions(this.repository, mission);
  }

  async trust(): Promise<RepositoryTrust> {
    const { RepositoryTrust } = await import('../trust/repository-trust.ts');
    return new RepositoryTrust(this.repository, this.#options);
  }

  async requireTrust(kind: string, value: readonly string[]): Promise<void> {
    (await this.trust()).require({ kind, value });
  }

  /** Git is given the repository only once everything it would run there is allowed. */
  async #trustedGit(): Promise<RepositoryTrust> {
    const trust = await this.trust();
    this.#gitChecked ??= trust.requireGit();
    await this.#gitChecked;
    return trust;
  }

  unite(address: LogAddress, purpose: string): Promise<string> {
    return this.log.unite(address, purpose);
  }

  async withdraw(address: LogAddress, purpose: string): Promise<void> {
    const { Git } = await import('../git/git.ts');
    const git = new Git(this.repository.primary, this.#options.env);
    const staged = async (name: string) => {
      const shown = await git.attempt(['cat-file', 'blob', `:kitty-specs/${address.directory}/${name}`]);
      return shown.exitCode === 0 ? shown.stdout : undefined;
    };
    const [log, statusJson] = [await staged('status.events.jsonl'), await staged('status.json')];
    if (log !== undefined) await this.log.withdraw(address, purpose, { log, statusJson });
  }

  largestMissionNumber(): number {
    return new KnownMissions(this.repository, this.missions).largestNumber();
  }

  knownDirectories(): readonly string[] {
    return new KnownMissions(this.repository, this.missions).directories();
  }

  takenMid8(): ReadonlySet<string> {
    return new KnownMissions(this.repository, this.missions).takenMid8();
  }

  #nowMs(): number {
    return this.clock.nowMicros() / 1000;
  }

  #openLock(): Promise<Lock> {
    this.#lock ??= import('../lock/open-lock.ts').then(({ openLock }) =>
      openLock({ folder: privateDir(this.repository, 'locks') }),
    );
    return this.#lock;
  }
}

/** Opens the repository around a directory. @throws Fault `NOT_A_REPOSITORY` or `NO_PRIMARY_CHECKOUT`. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const repository = await findRepository(options.cwd);
  if (unfinishedMerges(repository).length > 0) {
    const { interruptedMerges } = await import('../pending-merges/interrupted-merges.ts');
    if (options.announceMerges !== false)
      for (const sentence of await interruptedMerges(repository)) options.warn(sentence);
  } else if (ownIndexLocks(repository).length > 0) {
    // Without a merge that it protects, it only keeps people's Git from working.
    const { freeIndexes } = await import('../checkout/hold-index.ts');
    for (const lock of await freeIndexes(repository))
      options.warn(`Removed the lock that a killed command had left: ${lock}`);
  }
  return new Workspace(repository, options);
}
