import type { Annotation, AnnotationDelta, LaneEvent, LifecycleRow } from '@spec-kitty/protocol/status-row';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import { formatInstant } from '../instant.ts';
import { parseInstant } from '../parse-instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { laneEvent } from '../status/lane-event.ts';

/** Where rows get their identity from. */
export interface RowSources {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly mission: { readonly directory: string; readonly missionId: string };
  readonly project?: { readonly uuid: string | null; readonly slug: string | null };
}

/**
 * Turns decided facts into rows of one log.
 *
 * Order in the log is by time, so a row written under the lock must be younger than all before it, even
 * when the clock of this machine is behind the one that wrote them.
 */
export class RowWriter {
  readonly #sources: RowSources;
  #last = 0;
  #lastText: string;

  constructor(sources: RowSources, log: LogRows) {
    this.#sources = sources;
    this.#lastText = latest(log);
  }

  transition(
    step: Transition,
    extra: {
      executionMode?: LaneEvent['execution_mode'];
      policy?: Readonly<Record<string, unknown>> | null;
    } = {},
  ): LaneEvent {
    const { directory, missionId } = this.#sources.mission;
    return laneEvent(step, {
      eventId: this.#sources.ids.next(),
      at: this.#at(),
      missionId,
      missionSlug: directory,
      executionMode: extra.executionMode ?? 'worktree',
      policy: extra.policy ?? null,
    });
  }

  annotation(wpId: string, actor: string, delta: AnnotationDelta): Annotation {
    return {
      event_id: this.#sources.ids.next(),
      kind: 'annotation',
      wp_id: wpId,
      at: this.#at(),
      actor,
      delta,
    };
  }

  lifecycle(
    eventType: string,
    aggregate: { readonly id: string; readonly type: 'Mission' | 'WorkPackage' },
    payload: Readonly<Record<string, unknown>>,
  ): LifecycleRow {
    return {
      event_id: this.#sources.ids.next(),
      event_type: eventType,
      aggregate_id: aggregate.id,
      aggregate_type: aggregate.type,
      schema_version: SCHEMA_VERSION,
      timestamp: this.#at(),
      payload,
      project_uuid: this.#sources.project?.uuid ?? null,
      project_slug: this.#sources.project?.slug ?? null,
    };
  }

  #at(): string {
    const now = Math.max(this.#sources.clock.nowMicros(), this.#last + 1);
    this.#last = formatInstant(now) > this.#lastText ? now : firstAfter(this.#lastText, now);
    this.#lastText = formatInstant(this.#last);
    return this.#lastText;
  }
}

/**
 * The first instant from `now` on whose text comes after another: events are in the order of their texts (L§3.5), and
 * old rows have `Z`, an offset, or no fraction.
 */
function firstAfter(text: string, now: number): number {
  const written = parseInstant(`${text.slice(0, 19)}+00:00`) ?? now;
  const next = Math.max(now, written + 1);
  return formatInstant(next) > text ? next : (Math.floor(next / 1_000_000) + 1) * 1_000_000;
}

/** The last time in a log, as text. */
function latest({ laneEvents, annotations }: LogRows): string {
  let text = '';
  for (const { at } of laneEvents) if (at > text) text = at;
  for (const { at } of annotations) if (at > text) text = at;
  return text;
}
