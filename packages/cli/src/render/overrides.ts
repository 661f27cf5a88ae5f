import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Override } from '@spec-kitty/core/status/package-state';

/** An override in the JSON of a package; `null` where the rules were kept. */
export function overrideDocument(override: Override | null | undefined) {
  if (!override) return null;
  const { eventId, forced, at, actor, to, reason, review } = override;
  return { event_id: eventId, forced, at, actor, to_lane: to, reason, review };
}

/** Overrides that the packages of a mission rest on, for the JSON of commands that build on them. */
export function overridesDocument({ state }: Pick<MissionView, 'state'>) {
  return [...state.packages].flatMap(([wp, { override }]) => {
    const document = overrideDocument(override);
    return document ? [{ wp_id: wp, ...document }] : [];
  });
}

/** The same for a person, one line each. */
export function overrideLines(view: Pick<MissionView, 'state'>): readonly string[] {
  return overridesDocument(view).map(
    ({ wp_id: wp, to_lane: to, forced, actor, reason }) =>
      `Note: ${wp} was made ${to} ${forced ? 'by force by' : 'on the word of'} ${actor}: "${reason}"`,
  );
}
