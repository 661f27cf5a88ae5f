import type { WpSlot } from '@spec-kitty/protocol/snapshot';
import type { AnnotationDelta } from '@spec-kitty/protocol/status-row';
import { isJsonObject } from './rows/json-value.ts';

type TextSlot =
  | 'shell_pid_created_at'
  | 'agent'
  | 'assignee'
  | 'role'
  | 'agent_profile'
  | 'agent_profile_version'
  | 'model'
  | 'provider';

const TEXT_SLOTS: ReadonlySet<string> = new Set<TextSlot>([
  'shell_pid_created_at',
  'agent',
  'assignee',
  'role',
  'agent_profile',
  'agent_profile_version',
  'model',
  'provider',
]);

const RELEASED: Partial<WpSlot> = { agent: null, shell_pid: null, shell_pid_created_at: null };

/** Applies one delta to a slot (L§3.5). What has the wrong type is skipped: a delta comes from disk undecoded. */
export function foldAnnotation(slot: WpSlot, delta: AnnotationDelta): void {
  if (delta.release_runtime_claim === true) Object.assign(slot, RELEASED);
  if (typeof delta.shell_pid === 'number') slot.shell_pid = delta.shell_pid;
  // By what the delta has, which is little, and not by what it may have.
  for (const [key, value] of Object.entries(delta as Readonly<Record<string, unknown>>)) {
    // Blank values once erased recorded agents; they say nothing.
    if (typeof value === 'string' && value !== '' && TEXT_SLOTS.has(key)) slot[key as TextSlot] = value;
  }
  if (isJsonObject(delta.subtasks)) Object.assign((slot.subtasks ??= {}), delta.subtasks);
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
