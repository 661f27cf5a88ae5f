import type { MergePorts } from '@spec-kitty/core/ports/merge-ports';
import type { RunJournal } from '@spec-kitty/core/run/run-ports';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { withChanges } from '../with-changes.ts';

/** The end of an engine at a step of its journal: from then on nothing that it does comes to anything. */
export class Death {
  #left: number;
  readonly #when: 'before' | 'after';

  /** @param when whether the step is on disk. */
  constructor(step: number, when: 'before' | 'after') {
    this.#left = step;
    this.#when = when;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** A journal that is written until then. */
  journal(inner: RunJournal): RunJournal {
    return {
      read: () => inner.read(),
      append: (record: RunRecord) => {
        this.#require();
        this.#left -= 1;
        if (!this.isOver || this.#when === 'after') inner.append(record);
        this.#require();
      },
    };
  }

  /** A repository in which nobody moves a package afterwards. */
  work<P extends MergePorts>(ports: P): P {
    const log = withChanges(ports.log, {
      append: (...request: Parameters<MergePorts['log']['append']>) => {
        this.#require();
        return ports.log.append(...request);
      },
    } as Partial<P['log']>);
    return withChanges(ports, { log } as Partial<P>);
  }

  #require(): void {
    if (this.isOver) throw new Error('The engine is dead.');
  }
}
