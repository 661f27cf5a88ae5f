import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { mergePending, recordedPart, type UnfinishedMerge } from '@spec-kitty/core/merge-pending';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { readText } from '../files/plain-file.ts';
import { openLock } from '../lock/open-lock.ts';
import { privateDir, type Repository } from '../repository/repository.ts';
import { hasUnfinishedMerge, mergeRecord, unfinishedMerges } from './unfinished-merge.ts';

/** A merge that has begun and whose events are not all written: it needs its target and its packages as they are. */
export interface OpenMerge {
  readonly missionId: string;
  /** Directory of the mission. */
  readonly mission: string;
  readonly target: string;
  /** The events that are to come. */
  readonly rows: readonly { readonly event_id: string }[];
}

/** Merges that are open; a record that cannot be read tells of none, and only the commands for that merge say so. */
function openMerges(repository: Repository): readonly OpenMerge[] {
  return unfinishedMerges(repository).flatMap((file) => {
    const merge = readOpenMerge(file);
    return merge === undefined || partOf(repository, merge) === 'all' ? [] : [merge];
  });
}

/** By the whole lines of both copies of the log, as whoever finishes or undoes it decides. */
function partOf(repository: Repository, { missionId, mission, rows }: OpenMerge) {
  const journal = privateDir(repository, 'journal', `${missionId}.jsonl`);
  const file = path.join(repository.primary, 'kitty-specs', mission, 'status.events.jsonl');
  const known = [journal, file].map((name) => wholeLines(readText(name) ?? '')).join('');
  return recordedPart(rows, (id) => known.includes(id));
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function stageOf(repository: Repository, merge: OpenMerge): UnfinishedMerge {
  return partOf(repository, merge) === 'none' ? 'open' : 'recorded';
}

/** How far an interrupted merge of a mission came; `undefined` when there is none. */
export function unfinishedMerge(repository: Repository, missionId: string): UnfinishedMerge | undefined {
  if (!hasUnfinishedMerge(repository, missionId)) return undefined;
  const merge = readOpenMerge(mergeRecord(repository, missionId));
  return merge ? stageOf(repository, merge) : 'open';
}

/**
 * Makes sure that nobody moves a branch to which a merge was interrupted: neither finishing nor undoing it could be
 * right afterwards.
 *
 * @param own mission whose merge is under way by right.
 * @throws Fault `MERGE_PENDING`.
 */
export async function requireNoOpenMerge(
  repository: Repository,
  branch: string | undefined,
  own?: string,
): Promise<void> {
  const found = openMerges(repository).find(
    ({ target, missionId }) => target === branch && missionId !== own,
  );
  if (!found) return;
  // Whoever merges has the lock; one that still runs is no interrupted one, and the index keeps others out.
  if (own === undefined && (await isMerging(repository))) return;
  throw mergePending(found.mission, stageOf(repository, found));
}

/**
 * Makes sure that nothing comes between an interrupted merge and its own events: the commit that it ends with has been made,
 * and would lack even a note. Called under the mission's lock, in which no merge of it can be under way.
 *
 * @throws Fault `MERGE_PENDING`.
 */
export function requireRowsOfMerge(repository: Repository, missionId: string, rows: readonly NewRow[]): void {
  const open = openMerges(repository).find((merge) => merge.missionId === missionId);
  if (open && rows.some((row) => !open.rows.some(({ event_id: id }) => id === row.event_id)))
    throw mergePending(open.mission, stageOf(repository, open));
}

/** Whether somebody holds the lock of merges now. */
export async function isMerging(repository: Repository): Promise<boolean> {
  const lock = openLock({ folder: privateDir(repository, 'locks'), waitMs: 0 });
  try {
    return await lock.hold('merge', 'look for interrupted merges', async () => false);
  } catch (error) {
    if (error instanceof Fault && error.code === 'LOCK_BUSY') return true;
    // A folder that cannot be written, for example: nobody merges there either.
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** Of the mission whose merge a file records. */
export function missionIdOf(file: string): string {
  return path.basename(file, '.json').slice('merge-'.length);
}

function readOpenMerge(file: string): OpenMerge | undefined {
  try {
    const { move, note }: { move: { branch: string }; note: string } = JSON.parse(readText(file) ?? '');
    const kept: { mission: string; note: string } = JSON.parse(note);
    const { rows }: { rows: readonly { event_id: string }[] } = JSON.parse(kept.note);
    return {
      missionId: missionIdOf(file),
      mission: kept.mission,
      target: move.branch,
      rows: rows.map(({ event_id }) => ({ event_id })),
    };
  } catch {
    // It has just ended, or somebody has damaged it.
    return undefined;
  }
}
