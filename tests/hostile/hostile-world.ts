import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Image, imageDifference, imageWithout } from '@spec-kitty/testkit/faults/judge/checkout-image';
import { copyProduct } from '@spec-kitty/testkit/faults/product-copy';
import { type ProductRun, runApart, runHere } from '@spec-kitty/testkit/faults/run-product';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';

const PRODUCT = copyProduct(fileURLToPath(new URL('../..', import.meta.url)));
const HANGS_AFTER_MS = 30_000;

/** How one command of the built program ended; without an exit code when it was killed after a while. */
export type HostileRun = ProductRun;

/** Where a command runs. */
export interface HostilePlace {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In a process of its own, which may be killed. */
  readonly apart: boolean;
}

/**
 * A repository with one mission at one stage, inside a folder that has everything the repository could reach for.
 *
 * `open`: WP01 is in work on lane-a, WP02 can be claimed. `approved`: both are approved, each on a lane.
 */
export class HostileWorld {
  readonly mission: MissionWorld;
  readonly root: string;
  readonly base: string;
  /** A folder beside the repository with a file and a repository in it that nobody here may touch. */
  readonly outside: string;
  /** A script that leaves a mark when anything runs it. */
  readonly canary: string;
  #before: Image = new Map();

  private constructor(mission: MissionWorld) {
    this.mission = mission;
    this.root = mission.repository.root;
    this.base = mission.repository.base;
    this.outside = path.join(this.base, 'outside');
    this.canary = path.join(this.base, 'canary');
  }

  static async at(stage: 'open' | 'approved'): Promise<HostileWorld> {
    const world = new HostileWorld(new MissionWorld());
    await world.#make(stage);
    world.mission.save();
    return world;
  }

  async #make(stage: 'open' | 'approved'): Promise<void> {
    const { mission, outside, canary, root } = this;
    const packages = [
      { id: 'WP01', owns: ['src/wp01.js'] },
      { id: 'WP02', owns: ['src/wp02.js'] },
    ];
    await mission.plan(packages, {
      'src/wp01.js': 'exports.first = 0;\n',
      'README.md': '# Project\n',
      '.kittify/config.yaml': 'agents:\n  available: []\n',
    });
    if (stage === 'open') {
      await mission.claim('WP01');
      mission.work('lane-a', { 'src/wp01.js': 'exports.first = 1;\n' });
    } else {
      await mission.deliver('WP01', 'lane-a', { 'src/wp01.js': 'exports.first = 1;\n' });
      await mission.deliver('WP02', 'lane-b', { 'src/wp02.js': 'exports.second = 2;\n' });
    }
    rmSync(path.join(root, '.git/hooks'), { recursive: true, force: true });
    mission.repository.git('gc', '--quiet');
    writeFileSync(canary, `#!/bin/sh\necho "ran: $@" >> "${this.base}/marks"\n`, {
      mode: 0o755,
    });
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'precious.txt'), 'precious\n');
    const victim = path.join(outside, 'victim');
    mission.repository.git('init', '--quiet', '--template=', victim);
    writeFileSync(path.join(victim, 'a.txt'), 'theirs\n');
    mission.repository.git('-C', victim, 'add', '--all');
    mission.repository.git('-C', victim, 'commit', '--quiet', '--message', 'theirs');
  }

  /** Puts everything back, and makes it hostile. */
  prepare(put: (world: this) => void): void {
    this.mission.restore();
    put(this);
    this.forget();
  }

  /** Takes what there is now for the state before the commands. */
  forget(): void {
    rmSync(path.join(this.base, 'marks'), { force: true });
    this.#before = this.#surroundings();
  }

  /** What the canary has been started with; nothing when it has not. */
  marks(): readonly string[] {
    const marks = path.join(this.base, 'marks');
    return existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n') : [];
  }

  /** Files beside the repository and our own state that are not as they were. */
  trespasses(): readonly string[] {
    return imageDifference(this.#before, this.#surroundings());
  }

  #surroundings(): Image {
    return imageWithout(this.base, new Set(['repository', 'state', 'marks']));
  }

  /** Runs the machine's Git, as a person would; what it answers is not asked for. */
  git(...args: string[]): void {
    this.shell('git "$@"', ...args);
  }

  /** Runs a script of the shell in the repository, whatever it comes to. */
  shell(script: string, ...args: string[]): void {
    const { env } = this.mission.repository;
    try {
      execFileSync('sh', ['-c', script, 'sh', ...args], {
        cwd: this.root,
        env,
        stdio: 'ignore',
        timeout: 10_000,
      });
    } catch {
      // A hostile setting may well make it fail; what counts is what it has started.
    }
  }

  /** What a program prints in the repository, without white space around it. */
  output(program: string, ...args: string[]): string {
    const { env } = this.mission.repository;
    return execFileSync(program, args, { cwd: this.root, env, encoding: 'utf8' }).trim();
  }

  /** Writes files, given by path relative to the repository. */
  write(files: Readonly<Record<string, string>>): void {
    this.mission.repository.write(files);
  }

  /** Runs one command of the built program, in this process or in one of its own. */
  async run(
    argv: readonly string[],
    { cwd = this.root, env = {}, apart }: HostilePlace,
  ): Promise<HostileRun> {
    const place = { cwd, env: { ...this.mission.repository.env, ...env } };
    if (!apart) return runHere(PRODUCT, argv, place);
    return runApart(PRODUCT, argv, place, { killAfterMs: HANGS_AFTER_MS, target: 'group' });
  }
}
