import path from 'node:path';
import { readText } from '../files/plain-file.ts';
import { writeCacheFile } from './write-cache-file.ts';

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
  readonly #drafts: string;

  constructor(folder: string, drafts: string) {
    this.#file = path.join(folder, 'summaries');
    this.#drafts = drafts;
  }

  /** Reads all summaries by directory name. */
  load(): ReadonlyMap<string, StoredSummary> {
    let text: string;
    try {
      text = readText(this.#file) ?? '';
    } catch {
      // Unreadable: everything is derived again.
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
    writeCacheFile(this.#file, this.#drafts, text);
  }
}
