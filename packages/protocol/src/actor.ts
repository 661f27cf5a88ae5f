/** The structured form of an actor; all four keys are always present on disk. */
export interface ActorBinding {
  readonly role: string | null;
  readonly profile: string | null;
  readonly tool: string | null;
  readonly model: string | null;
}

/** Who did something. The string form is canonical; old rows may hold the object form. */
export type Actor = string | ActorBinding;

/** Projects an actor to the one string used for display and comparison: `tool`, else `role`, else `""`. */
export function actorName(actor: Actor): string {
  return typeof actor === 'string' ? actor : actor.tool || actor.role || '';
}

/** Compares two actor names the way claims do: trimmed, without regard to case. */
export function sameActor(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
