import type { LaneConflict } from './lane-conflict.ts';

/** Where a lane is, or the target. */
export interface WatchedTip {
  /** `null` for the target. */
  readonly lane: string | null;
  readonly commit: string;
}

/** What is known of merging two tips, as they were when somebody asked. */
export interface KnownMerge extends LaneConflict {
  readonly commits: readonly [string, string];
  readonly isConflict: boolean;
}

/** By the two that are merged; one pair is in it once. */
export type KnownMerges = ReadonlyMap<string, KnownMerge>;

/** Two tips of which nobody knows whether they merge. */
export type TipPair = readonly [WatchedTip & { readonly lane: string }, WatchedTip];

/** Pairs to ask about: those of which a tip has moved since they were last asked about. */
export function pairsToAsk(known: KnownMerges, tips: readonly WatchedTip[]): readonly TipPair[] {
  return pairsOf(tips).filter(([a, b]) => {
    const { commits } = known.get(keyOf(a.lane, b.lane)) ?? { commits: [] };
    return commits[0] !== a.commit || commits[1] !== b.commit;
  });
}

/** What is known with the answers to {@link pairsToAsk}; lanes that are watched no longer are forgotten. */
export function withAnswers(
  known: KnownMerges,
  tips: readonly WatchedTip[],
  answers: readonly { readonly pair: TipPair; readonly paths: readonly string[] | null }[],
): KnownMerges {
  const fresh = new Map(
    answers.map(({ pair: [a, b], paths }) => [
      keyOf(a.lane, b.lane),
      {
        lane: a.lane,
        other: b.lane,
        paths: (paths ?? []).toSorted(),
        commits: [a.commit, b.commit] as const,
        isConflict: paths !== null,
      },
    ]),
  );
  return new Map(
    pairsOf(tips).flatMap(([a, b]) => {
      const key = keyOf(a.lane, b.lane);
      const one = fresh.get(key) ?? known.get(key);
      return one ? [[key, one]] : [];
    }),
  );
}

/** What there is to tell to people who know of some conflicts already. */
export interface ConflictNews {
  readonly seen: readonly LaneConflict[];
  readonly gone: readonly Omit<LaneConflict, 'paths'>[];
}

/** Each conflict is news once, again where a file has come to it, and again when it is gone. */
export function conflictNews(told: readonly LaneConflict[], known: KnownMerges): ConflictNews {
  const before = new Map(told.map((one) => [keyOf(one.lane, one.other), one]));
  const now = [...known.values()].filter(({ isConflict }) => isConflict);
  const keys = new Set(now.map(({ lane, other }) => keyOf(lane, other)));
  return {
    seen: now.flatMap(({ lane, other, paths }) => {
      const old = before.get(keyOf(lane, other))?.paths;
      return old && paths.every((path) => old.includes(path)) ? [] : [{ lane, other, paths }];
    }),
    gone: told.flatMap(({ lane, other }) => (keys.has(keyOf(lane, other)) ? [] : [{ lane, other }])),
  };
}

/** Every two of them, in an order that is always the same. */
function pairsOf(tips: readonly WatchedTip[]): readonly TipPair[] {
  const lanes = tips
    .filter((tip): tip is TipPair[0] => tip.lane !== null)
    .toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
  const target = tips.filter(({ lane }) => lane === null);
  return lanes.flatMap((a, at) => [...lanes.slice(at + 1), ...target].map((b) => [a, b] as const));
}

/** No lane has a space in its name. */
function keyOf(lane: string, other: string | null): string {
  return `${lane} ${other ?? ''}`;
}
