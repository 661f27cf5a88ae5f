/** What the resolver knows about one mission: its directory name, and its id where `meta.json` has one. */
export interface MissionIdentity {
  readonly directory: string;
  readonly missionId: string | undefined;
}

/** Outcome of resolving a handle; candidates are listed in both failures. */
export type Resolution =
  | { readonly found: MissionIdentity }
  | { readonly failure: 'not-found' | 'ambiguous'; readonly candidates: readonly MissionIdentity[] };

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const MID8 = /^[0-9A-HJKMNP-TV-Z]{8}$/;
const MID8_SUFFIX = /-[0-9A-HJKMNP-TV-Z]{8}$/;

/** Tells whether a text is a mission id (L§2.1). */
export function isMissionId(text: unknown): text is string {
  return typeof text === 'string' && ULID.test(text);
}

/** Tells whether a handle can only be the beginning of a mission id; lower case never is (L§2.2). */
export function isMid8(handle: string): boolean {
  return MID8.test(handle);
}

/** First eight characters of a mission id; time only, so two missions of one second may share it. */
export function mid8(missionId: string): string {
  return missionId.slice(0, 8);
}

/** The part of a directory name that a person chose: without the `NNN-` prefix and the `-<mid8>` suffix. */
export function humanName(directory: string): string {
  return directory.replace(/^\d{3}-/, '').replace(MID8_SUFFIX, '');
}

/**
 * Resolves a `--mission` handle by the ladder of L§2.2: the first rule whose test fits decides.
 *
 * `missions` is a function because the common case, a whole directory name, needs no other mission's files.
 */
export function resolveHandle(handle: string, missions: () => readonly MissionIdentity[]): Resolution {
  const all = missions();
  const decide = (matches: readonly MissionIdentity[]): Resolution => {
    const [only, ...more] = matches;
    if (only && more.length === 0) return { found: only };
    return only ? { failure: 'ambiguous', candidates: matches } : { failure: 'not-found', candidates: all };
  };

  if (ULID.test(handle)) return decide(all.filter((mission) => mission.missionId === handle));
  if (MID8.test(handle)) return decide(all.filter((mission) => mission.missionId?.startsWith(handle)));
  const exact = all.find((mission) => mission.directory === handle);
  if (exact) return { found: exact };
  if (/^\d+$/.test(handle))
    return decide(
      all.filter(({ directory }) => /^\d{3}-/.test(directory) && directory.slice(0, 3) === handle),
    );
  return decide(
    all.filter(({ directory }) => {
      const unnumbered = directory.replace(/^\d{3}-/, '');
      return unnumbered === handle || unnumbered.replace(MID8_SUFFIX, '') === handle;
    }),
  );
}
