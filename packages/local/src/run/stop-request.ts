import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';

const LOOK_MS = 300;

/** A wish that a run ends, left where its engine looks for it: unlike a signal it cannot reach another process. */
export class StopRequest {
  readonly #file: string;

  constructor(runs: string) {
    this.#file = path.join(runs, 'stop');
  }

  leave(): void {
    makeFolder(path.dirname(this.#file));
    writeAtomically(this.#file, '');
  }

  /** Of an engine that has begun, or has ended: whatever is there is not for it any more. */
  clear(): void {
    rmSync(this.#file, { force: true });
  }

  /** Calls back once when there is one. @returns what ends the looking. */
  watch(found: () => void): () => void {
    const timer = setInterval(() => {
      if (!existsSync(this.#file)) return;
      clearInterval(timer);
      found();
    }, LOOK_MS);
    timer.unref();
    return () => clearInterval(timer);
  }
}
