import { Fault } from '../../fault.ts';
import type { AgentEntry } from './agent-entry.ts';

/** Every agent that a run may be asked for, by key. */
export class AgentCatalogue {
  readonly #entries: ReadonlyMap<string, AgentEntry>;
  readonly #refusal: (key: string) => Fault | undefined;

  /**
   * @param sources of the built-in ones, of the repository and of the user: the later of two with one key is meant.
   * @param refusal of an agent that the user has not allowed.
   */
  constructor(
    sources: readonly (readonly AgentEntry[])[],
    refusal: (key: string) => Fault | undefined = () => undefined,
  ) {
    this.#entries = new Map(sources.flat().map((entry) => [entry.key, entry]));
    this.#refusal = refusal;
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Those that nobody has to be asked for. */
  get allowed(): readonly AgentEntry[] {
    return [...this.#entries.values()].filter(({ key }) => this.#refusal(key) === undefined);
  }

  /** @throws Fault `UNKNOWN_AGENT`, or `NOT_TRUSTED` for one that only the repository knows. */
  entry(key: string): AgentEntry {
    const found = this.#entries.get(key.toLowerCase());
    if (found === undefined)
      throw new Fault('usage', 'UNKNOWN_AGENT', `"${key}" is no agent that Spec Kitty can run.`, {
        hints: [`It can run ${this.keys.join(', ')}; the guide \`run-with-agents.md\` says how to add one.`],
        details: { agent: key, known: this.keys },
      });
    const refusal = this.#refusal(found.key);
    if (refusal) throw refusal;
    return found;
  }
}
