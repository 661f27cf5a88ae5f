import path from 'node:path';
import { asciiJson } from '@spec-kitty/protocol/canonical-json';
import { Fault } from '@spec-kitty/core/fault';
import { deriveLog } from '@spec-kitty/core/log/derive-log';
import type { LogState } from '@spec-kitty/core/status/reduce';
import { logCopies } from '../event-log/journaled-event-log.ts';
import { readCheckoutLog, readLogCopies } from '../event-log/log-copies.ts';
import { errorCode } from '../files/disk-fault.ts';
import type { CheckoutMissions } from './checkout-missions.ts';
import { journaledDirectory, journalNames } from './journaled-missions.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import {
  factsOf,
  type Fingerprint,
  fingerprint,
  fingerprintOf,
  statFingerprint,
} from '../cache/file-fingerprint.ts';
import { type StoredSummary, SummaryCache } from '../cache/summary-cache.ts';

/** Makes the summary of one mission from its log. */
export type Summarize = (
  mission: { readonly directory: string; readonly missionId: string },
  state: LogState,
) => object;

/** The summary of one mission as JSON text, or what is wrong with the mission. */
export type Summary =
  | { readonly directory: string; readonly json: string }
  | { readonly directory: string; readonly error: string; readonly errorCode: string };

/** What an overview is made from. */
export interface Overview {
  readonly repository: Repository;
  readonly missions: CheckoutMissions;
  readonly nowMs: number;
  readonly summarize: Summarize;
}

/**
 * Summarises every mission in byte order of directory names, those included that only the journal knows because another
 * branch is checked out. A broken mission is one entry and never hides the others.
 */
export function summarizeMissions(overview: Overview): readonly Summary[] {
  const { repository } = overview;
  const cache = new SummaryCache(privateDir(repository, 'cache'), privateDir(repository, 'tmp'));
  const known = cache.load();
  const kept = new Map<string, StoredSummary>();
  const journals = new Set(journalNames(overview.repository));
  let fresh = false;

  const summaries = overview.missions.directories().map((directory): Summary => {
    try {
      const stored = known.get(directory);
      const key = stored && summaryKey(overview, { directory, missionId: stored.missionId }, journals);
      if (stored && key === stored.key) {
        kept.set(directory, stored);
        journals.delete(`${stored.missionId}.jsonl`);
        return { directory, json: stored.json };
      }
      const made = derive(overview, directory, journals);
      journals.delete(`${made.missionId}.jsonl`);
      if (made.key !== undefined) {
        kept.set(directory, { ...made, key: made.key });
        fresh = true;
      }
      return { directory, json: made.json };
    } catch (error) {
      return { directory, ...troubleOf(error) };
    }
  });
  if (fresh || kept.size < known.size) cache.save(kept);
  const present = new Set(summaries.map(({ directory }) => directory));
  const elsewhere = [...journals]
    .flatMap((name) => journalOnly(overview, path.basename(name, '.jsonl')))
    .filter(({ directory }) => !present.has(directory));
  if (elsewhere.length === 0) return summaries;
  return [...summaries, ...elsewhere].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.directory), Buffer.from(b.directory)),
  );
}

function derive(overview: Overview, directory: string, journals: ReadonlySet<string>) {
  const { repository, missions, nowMs, summarize } = overview;
  const meta = missions.readMeta(directory);
  const { missionId } = missions.openRead(directory, meta);
  const copies = logCopies(repository, { directory, missionId });
  const journaled = journals.has(`${missionId}.jsonl`);
  // Asking for a journal that the listing has not seen would cost as much as a fingerprint.
  const { sources, stored } = journaled ? readLogCopies(copies) : readCheckoutLog(copies);
  const key = keyOf([
    statFingerprint(meta?.facts, nowMs),
    fingerprintOf(stored.file, nowMs),
    ...(journaled ? [fingerprintOf(stored.journal, nowMs)] : []),
  ]);
  const json = asciiJson(summarize({ directory, missionId }, deriveLog(sources).state));
  return { missionId, key, json };
}

function summaryKey(
  { repository, nowMs }: Overview,
  mission: { readonly directory: string; readonly missionId: string },
  journals: ReadonlySet<string>,
): string | undefined {
  const { file, journal } = logCopies(repository, mission);
  return keyOf([
    statFingerprint(factsOf(metaFile(repository, mission.directory)), nowMs),
    fingerprint(file, nowMs),
    ...(journals.has(`${mission.missionId}.jsonl`) ? [fingerprint(journal, nowMs)] : []),
  ]);
}

function metaFile({ primary }: Repository, directory: string): string {
  return [primary, 'kitty-specs', directory, 'meta.json'].join(path.sep);
}

/** `undefined` while any of the files is too young to be told from its next version. */
function keyOf(prints: readonly Fingerprint[]): string | undefined {
  return prints.every(({ settled }) => settled) ? prints.map(({ text }) => text).join(' ') : undefined;
}

/** A mission whose directory is not checked out, unless it was given up; its rows say what it is called. */
function journalOnly(overview: Overview, missionId: string): readonly Summary[] {
  const { repository, summarize } = overview;
  const directory = journaledDirectory(repository, missionId);
  if (directory === undefined) return [];
  try {
    const mission = { directory, missionId };
    const { state, abandoned } = deriveLog(readLogCopies(logCopies(repository, mission)).sources);
    if (abandoned) return [];
    return [{ directory, json: JSON.stringify(summarize(mission, state)) }];
  } catch (error) {
    return [{ directory, ...troubleOf(error) }];
  }
}

/** A file that cannot be read is the mission's trouble; anything else is a bug and is thrown on. */
function troubleOf(error: unknown): { readonly error: string; readonly errorCode: string } {
  if (error instanceof Fault) return { error: error.message, errorCode: error.code };
  const code = errorCode(error);
  if (code === undefined || !(error instanceof Error)) throw error;
  return { error: error.message, errorCode: code };
}
