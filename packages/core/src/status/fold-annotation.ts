import type { WpSlot } from '@spec-kitty/protocol/snapshot';
import type { AnnotationDelta } from '@spec-kitty/protocol/status-row';
import { isJsonObject } from './json-value.ts';

const TEXT_SLOTS = [
  'shell_pid_created_at',
  'agent',
  'assignee',
  'role',
  'agent_profile',
  'agent_profile_version',
  'model',
  'provider',
] as const;

const RELEASED: Partial<WpSlot> = { agent: null, shell_pid: null, shell_pid_created_at: null };

/** Applies one delta to a slot (L§3.5). What has the wrong type is skipped: a delta comes from disk undecoded. */
export function foldAnnotation(slot: WpSlot, delta: AnnotationDelta): void {
  if (delta.release_runtime_claim === true) Object.assign(slot, RELEASED);
  if (typeof delta.shell_pid === 'number') slot.shell_pid = delta.shell_pid;
  for (const key of TEXT_SLOTS) {
    const value: unknown = delta[key];
    // Blank values once erased recorded agents; they say nothing.
    if (typeof value === 'string' && value !== '') slot[key] = value;
  }
  if (isJsonObject(delta.subtasks)) slot.subtasks = { ...slot.subtasks, ...delta.subtasks };
  if (typeof delta.note === 'string' && delta.note !== '') (slot.notes ??= []).push(delta.note);
  foldReferences(slot, delta);
  foldReview(slot, delta);
}

function foldReferences(slot: WpSlot, delta: AnnotationDelta): void {
  const { tracker_refs: added, tracker_refs_replace: replaced } = delta;
  if (Array.isArray(replaced)) slot.tracker_refs = [...new Set(replaced)];
  else if (Array.isArray(added)) slot.tracker_refs = [...new Set([...(slot.tracker_refs ?? []), ...added])];
}

function foldReview(slot: WpSlot, { review }: AnnotationDelta): void {
  if (review && isJsonObject(review)) slot.review = Object.values(review).some(Boolean) ? review : null;
}
