import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mid8 } from '@spec-kitty/core/mission/resolve-handle';
import type { MissionStore } from '@spec-kitty/core/ports/mission-store';
import { plainFile } from '../files/plain-file.ts';
import type { Repository } from '../repository/repository.ts';
import { journaledMissions, journalNames } from './journaled-missions.ts';

/** What all missions together say, read without judging any of them: a broken one is no obstacle. */
export class KnownMissions {
  readonly #repository: Repository;
  readonly #missions: MissionStore;

  constructor(repository: Repository, missions: MissionStore) {
    this.#repository = repository;
    this.#missions = missions;
  }

  /** Directory names of all missions: of the checkout, and of other branches by their journals. */
  directories(): readonly string[] {
    const journaled = journaledMissions(this.#repository).map(({ directory }) => directory);
    return [...new Set([...this.#missions.directories(), ...journaled])];
  }

  /** Largest number of any mission in the checkout; 0 when none has one. */
  largestNumber(): number {
    const numbers = this.#metas().map((meta) =>
      Number(/"mission_number"\s*:\s*"?(\d+)/.exec(meta)?.[1] ?? 0),
    );
    return Math.max(0, ...numbers);
  }

  /** First eight characters of every mission id: from the checkout, its directory names, and journals of other branches. */
  takenMid8(): ReadonlySet<string> {
    const ids = this.#metas().flatMap((meta) => /"mission_id"\s*:\s*"([0-9A-Z]{26})"/.exec(meta)?.[1] ?? []);
    const suffixes = this.#missions.directories().flatMap((name) => /-([0-9A-Z]{8})$/.exec(name)?.[1] ?? []);
    return new Set([...ids, ...suffixes, ...journalNames(this.#repository)].map(mid8));
  }

  #metas(): readonly string[] {
    return this.#missions.directories().map((directory) => {
      try {
        const file = path.join(this.#repository.primary, 'kitty-specs', directory, 'meta.json');
        return plainFile(file) ? readFileSync(file, 'latin1') : '';
      } catch {
        // Opening that mission says what is wrong with it.
        return '';
      }
    });
  }
}
