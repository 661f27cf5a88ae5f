import type { LeftWork } from '@spec-kitty/core/run/fence/left-work';
import type { MovedRef } from '@spec-kitty/core/run/fence/moved-refs';
import type { OutsideChange } from '@spec-kitty/core/run/fence/outside-changes';
import type { GateCheck } from '@spec-kitty/core/run/evidence/gate-check';
import { type Attempt, type Closing, type RunState, usedBy } from '@spec-kitty/core/run/run-state';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';

/** One session of one agent, as reports tell it. */
export interface AttemptDocument {
  readonly attempt: string;
  readonly run_id: string;
  readonly role: Attempt['role'];
  readonly agent: string;
  readonly actor: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** Of the agent alone; `null` while it works. */
  readonly seconds: number | null;
  readonly how: string | null;
  /** `null` while nothing has been made of it. */
  readonly result: string | null;
  readonly reason: string;
  readonly independence: string | null;
  readonly checks: readonly GateCheck[];
  readonly files: readonly string[];
  readonly model: string | null;
  readonly tokens: number | null;
  readonly usd: number | null;
  /** What kept it from writing elsewhere; `null` where nothing is known of it. */
  readonly fence: string | null;
  /** What changed elsewhere while it ran without a fence around it. */
  readonly outside: readonly OutsideChange[];
  /** Refs that somebody moved while it ran, and that are not its own. */
  readonly moved: readonly MovedRef[];
  /** What a reviewer has left of its own in the worktree, which was put away. */
  readonly left: LeftWork | null;
  /** File with everything that the agent printed. */
  readonly log: string;
  /** Of its conversation, where the agent tells it. */
  readonly session: string | null;
  /** Command that opens that again; `null` where it is not known. */
  readonly resume: string | null;
}

/** One package, as reports tell it. */
export interface PackageDocument {
  readonly wp_id: string;
  readonly title: string;
  readonly lane: string;
  /** Whether somebody overrode a rule for it. */
  readonly forced_by: string | null;
  readonly attempts: readonly AttemptDocument[];
  /** Of the last attempt that handed it over. */
  readonly files: readonly string[];
  /** Of all its agents. */
  readonly seconds: number;
  readonly tokens: number | null;
  readonly usd: number | null;
}

/** A step of the mission beyond its packages, as reports tell it. */
export interface DeliveryDocument {
  readonly step: 'accepted' | 'merged';
  readonly at: string;
  /** Branch that it landed on; `null` where nothing has, or nobody noted it. */
  readonly target: string | null;
  /** Where that branch is since. */
  readonly commit: string | null;
  readonly packages: readonly string[];
  /** What broke the validation of the merge, and is planned again. */
  readonly sent_back: readonly { readonly wp_id: string; readonly reason: string }[];
  /** How often the validation of the merge ran; `null` where nobody noted it. */
  readonly validations: number | null;
}

/** Everything about the runs of a mission. */
export interface ReportDocument {
  readonly mission: string;
  readonly mission_id: string;
  readonly runs: readonly {
    readonly run_id: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    /** `null` while it goes on, or after it was killed. */
    readonly outcome: string | null;
    readonly reason: string;
  }[];
  readonly packages: readonly PackageDocument[];
  /** What was accepted, what landed where and what the merge sent back, in order. */
  readonly delivery: readonly DeliveryDocument[];
  readonly totals: {
    readonly attempts: number;
    readonly seconds: number;
    readonly tokens: number | null;
    readonly usd: number | null;
  };
}

/** Reports on the runs of a mission: a pure function of the mission and of their journal. */
export function reportDocument(
  { mission, packages, state, merge }: MissionView,
  runs: readonly RunState[],
  logOf: (attempt: string) => string,
): ReportDocument {
  const all = runs.flatMap(({ attempts, runId }) => attempts.map((attempt) => ({ attempt, runId })));
  const attempts = all.map(({ attempt }) => attempt);
  return {
    mission: mission.directory,
    mission_id: mission.missionId,
    runs: runs.map(({ runId, startedAt, ended }) => ({
      run_id: runId,
      started_at: startedAt,
      ended_at: ended?.at ?? null,
      outcome: ended?.outcome ?? null,
      reason: ended?.reason ?? '',
    })),
    packages: packages.map(({ id, title }) => {
      const own = all.filter(({ attempt }) => attempt.wp === id);
      const slot = state.packages.get(id);
      return {
        wp_id: id,
        title,
        lane: slot?.slot.lane ?? 'genesis',
        forced_by: slot?.override?.actor ?? null,
        attempts: own.map(({ attempt, runId }) => attemptDocument(attempt, runId, logOf(attempt.id))),
        files:
          own.findLast(({ attempt }) => attempt.result?.result === 'handed_over')?.attempt.result?.files ??
          [],
        seconds: secondsOf(own.map(({ attempt }) => attempt)),
        ...usedBy(own.map(({ attempt }) => attempt)),
      };
    }),
    delivery: delivery(
      runs.flatMap(({ closings }) => closings),
      merge,
    ),
    totals: { attempts: attempts.length, seconds: secondsOf(attempts), ...usedBy(attempts) },
  };
}

/** A merge that the journal does not have was finished by somebody else, or after its engine was killed. */
function delivery(closings: readonly Closing[], merge: MissionView['merge']): readonly DeliveryDocument[] {
  const noted = closings.map((one): DeliveryDocument => {
    if (one.kind === 'mission_accepted') return { ...NOTHING_LANDED, step: 'accepted', at: one.at };
    const { at, commit, target = null, packages = [], validations = null } = one;
    const back = one.sent_back.map(({ wp, reason }) => ({ wp_id: wp, reason }));
    return { step: 'merged', at, target, commit, packages, sent_back: back, validations };
  });
  // It is noted after its event.
  if (merge === null || noted.some(({ at, commit }) => commit !== null && at >= merge.at)) return noted;
  const { at, target, commit } = merge;
  return [...noted, { ...NOTHING_LANDED, step: 'merged', at, target, commit }];
}

const NOTHING_LANDED = {
  target: null,
  commit: null,
  packages: [],
  sent_back: [],
  validations: null,
} as const;

function attemptDocument(attempt: Attempt, runId: string, log: string): AttemptDocument {
  const { id, role, agent, actor, startedAt, end, result } = attempt;
  return {
    attempt: id,
    run_id: runId,
    role,
    agent,
    actor,
    started_at: startedAt,
    ...endPart(attempt),
    ...resultPart(attempt),
    reason: result?.reason || end?.reason || '',
    fence: typeof attempt.process?.['fence'] === 'string' ? attempt.process['fence'] : null,
    ...foundPart(end),
    log,
  };
}

function foundPart(end: Attempt['end']): Pick<AttemptDocument, 'outside' | 'moved' | 'left'> {
  const { outside = [], moved = [], left = null } = end ?? {};
  return { outside, moved, left };
}

type EndPart = Pick<
  AttemptDocument,
  'ended_at' | 'seconds' | 'how' | 'model' | 'tokens' | 'usd' | 'session' | 'resume'
>;

function endPart(attempt: Attempt): EndPart {
  const { end } = attempt;
  const { session = null, resume = null } = end ?? {};
  if (end === null)
    return {
      ended_at: null,
      seconds: null,
      how: null,
      model: null,
      tokens: null,
      usd: null,
      session,
      resume,
    };
  const { model = null, tokens = null, usd = null } = end.usage;
  return {
    ended_at: end.at,
    seconds: secondsOf([attempt]),
    how: end.how,
    model,
    tokens,
    usd,
    session,
    resume,
  };
}

function resultPart({
  result,
}: Attempt): Pick<AttemptDocument, 'result' | 'independence' | 'checks' | 'files'> {
  if (result === null) return { result: null, independence: null, checks: [], files: [] };
  const { independence = null, checks = [], files = [] } = result;
  return { result: result.result, independence, checks, files };
}

function secondsOf(attempts: readonly Attempt[]): number {
  const ms = attempts.reduce(
    (all, { startedAt, end }) => all + (end === null ? 0 : Date.parse(end.at) - Date.parse(startedAt)),
    0,
  );
  return Math.round(ms / 100) / 10;
}
