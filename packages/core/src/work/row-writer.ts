import type { Annotation, AnnotationDelta, LaneEvent, LifecycleRow } from '@spec-kitty/protocol/status-row';
import { formatInstant } from '../instant.ts';
import { parseInstant } from '../parse-instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Transition } from '../status/decide-transition.ts';
import type { LogRows } from '../status/decode-log.ts';
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
  #last: number;

  constructor(sources: RowSources, log: LogRows) {
    this.#sources = sources;
    this.#last = latest(log);
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
      schema_version: '5.0.0',
      timestamp: this.#at(),
      payload,
      project_uuid: this.#sources.project?.uuid ?? null,
      project_slug: this.#sources.project?.slug ?? null,
    };
  }

  #at(): string {
    this.#last = Math.max(this.#sources.clock.nowMicros(), this.#last + 1);
    return formatInstant(this.#last);
  }
}

function latest({ laneEvents, annotations }: LogRows): number {
  let text = '';
  for (const { at } of laneEvents) if (at > text) text = at;
  for (const { at } of annotations) if (at > text) text = at;
  return parseInstant(text) ?? 0;
}
