import { existsSync, lstatSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../files/plain-file.ts';

/** So many answers are kept; a run over hundreds of packages asks for some of each, mostly one after the other. */
const MOST_ANSWERS = 4000;
/** A longer list is asked for again. */
const LONGEST = 500;

/**
 * What Git has answered about commits that were named by their full ids: it never changes, and each answer costs a process.
 * In a shallow clone nothing is kept, since what is fetched there changes histories.
 */
export class CommitFacts {
  readonly #commonDir: string;
  readonly #answers = new Map<string, unknown>();

  constructor(commonDir: string) {
    this.#commonDir = commonDir;
  }

  /** Asks, unless the same was answered before. */
  async of<T>(question: string, ids: readonly string[], ask: () => Promise<T>): Promise<T> {
    if (!ids.every(isId) || existsSync(path.join(this.#commonDir, 'shallow'))) return ask();
    const key = [question, ...ids].join(' ');
    if (this.#answers.has(key)) return this.#answers.get(key) as T;
    const answer = await ask();
    if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    if (!Array.isArray(answer) || answer.length <= LONGEST) this.#answers.set(key, answer);
    return answer;
  }

  /** The commit of a branch where a file of its own says so; where not, only Git knows. */
  tipOf(ref: string): string | undefined {
    if (!ref.startsWith('refs/heads/')) return undefined;
    const file = path.join(this.#commonDir, ref);
    const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
    const tip = isFile ? readText(file)?.trim() : undefined;
    return tip !== undefined && isId(tip) ? tip : undefined;
  }
}

function isId(revision: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision);
}
