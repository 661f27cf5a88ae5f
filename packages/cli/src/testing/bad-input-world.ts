import { markSubtasks } from '@spec-kitty/core/annotations/mark-subtasks';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Image, imageWithout } from '@spec-kitty/testkit/faults/judge/checkout-image';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import type { BadInputRow } from './bad-input-rows.ts';

/** What may differ after a command that failed: objects nobody refers to, and what can be deleted at any time. */
const UNIMPORTANT: ReadonlySet<string> = new Set([
  'repository/.git/objects',
  'repository/.git/index',
  'repository/.git/spec-kitty/cache',
  'repository/.git/spec-kitty/locks',
  'repository/.git/spec-kitty/prompts',
  'repository/.git/spec-kitty/tmp',
]);

/** A mission at one stage, which is put back only when a command has changed something. */
export class BadInputWorld {
  readonly mission: MissionWorld;
  #damage: string | undefined;
  #image: Image | undefined;
  /** Found by the last look; `undefined` while a command may have changed something since. */
  #changes: readonly string[] | undefined;

  private constructor(mission: MissionWorld) {
    this.mission = mission;
    mission.save();
  }

  /**
   * `open`: WP01 waits for review, WP02 and the planning package WP04 can be claimed, WP03 depends on WP01.
   * `approved`: all of them are approved.
   */
  static async at(stage: BadInputRow['stage']): Promise<BadInputWorld> {
    const mission = new MissionWorld();
    await mission.plan(
      [
        { id: 'WP01', owns: ['src/wp01.js'], subtasks: ['T001'] },
        { id: 'WP02', owns: ['src/wp02.js'] },
        ...(stage === 'open'
          ? ([
              { id: 'WP03', owns: ['src/wp03.js'], dependencies: ['WP01'] },
              { id: 'WP04', owns: ['docs/**'], mode: 'planning_artifact' },
            ] as const)
          : []),
      ],
      {
        'src/wp01.js': 'exports.first = 0;\n',
        'docs/manual.md': '# Manual\n',
        '.kittify/config.yaml': 'agents:\n  available: []\n',
      },
    );
    mission.repository.git('branch', 'elsewhere');
    await mission.claim('WP01');
    mission.work('lane-a', { 'src/wp01.js': 'exports.first = 1;\n' });
    const request = { mission: mission.directory, ids: ['T001'], status: 'done', actor: 'claude' } as const;
    await markSubtasks(await mission.workspace(), request);
    if (stage === 'open') await mission.move('WP01', 'for_review', { agent: 'claude' });
    else {
      await mission.approve('WP01');
      await mission.deliver('WP02', 'lane-b', { 'src/wp02.js': 'exports.second = 2;\n' });
    }
    // It is copied hundreds of times: few files.
    mission.repository.git('gc', '--quiet');
    return new BadInputWorld(mission);
  }

  /** Puts the world back where something has changed, and damages it. @param name of the damage. */
  prepare(name: string, damage: (mission: MissionWorld) => void): void {
    const known = this.#damage === name;
    const changed = !known || (this.#changes ?? this.changes()).length > 0;
    this.#changes = undefined;
    if (!changed) return;
    this.mission.restore();
    damage(this.mission);
    this.#damage = name;
    // The same damage leaves the same bytes.
    if (!known) this.#image = this.#look();
  }

  /** Paths that are not as they were after {@link prepare}. */
  changes(): readonly string[] {
    const before = this.#image ?? new Map<string, string>();
    const after = this.#look();
    this.#changes = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => before.get(name) !== after.get(name),
    );
    return this.#changes;
  }

  #look(): Image {
    const { base } = this.mission.repository;
    const image = new Map(imageWithout(base, UNIMPORTANT));
    // Git may look again at the files that the index describes, so its bytes say too much.
    const staged = existsSync(path.join(base, 'repository/.git/index'))
      ? this.mission.repository.git('ls-files', '--stage')
      : '';
    return image.set('the index', staged);
  }
}
