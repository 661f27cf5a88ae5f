import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is remembered about one mission of an overview. */
export interface StoredSummary {
  readonly missionId: string;
  /** Fingerprints of everything the summary was made from. */
  readonly key: string;
  /** The summary as ASCII JSON on one line, so that it can be printed without being parsed. */
  readonly json: string;
}

/** Raised with every change to what a summary holds. */
const FORMAT = 'spec-kitty-summaries 2';

/** Summaries of all missions in one file: 212 small files would cost more than what they save. May be deleted at any time. */
export class SummaryCache {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = path.join(folder, 'summaries');
  }

  /** Reads all summaries by directory name. */
  load(): ReadonlyMap<string, StoredSummary> {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      // Absent or unreadable: everything is derived again.
      return new Map();
    }
    const [format, ...lines] = text.split('\n');
    if (format !== FORMAT) return new Map();
    return new Map(
      lines.flatMap((line) => {
        const [directory, missionId, key, json] = line.split('\t');
        return directory && missionId && key && json ? [[directory, { missionId, key, json }] as const] : [];
      }),
    );
  }

  save(summaries: ReadonlyMap<string, StoredSummary>): void {
    let text = `${FORMAT}\n`;
    // Not by joining arrays: that would copy a megabyte twice.
    for (const [directory, { missionId, key, json }] of summaries)
      text += `${directory}\t${missionId}\t${key}\t${json}\n`;
    const draft = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true });
      writeFileSync(draft, text);
      renameSync(draft, this.#file);
    } catch {
      // A read-only or full disk only makes the next command slower.
    }
  }
}
