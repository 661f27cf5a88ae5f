import { Fault } from '../fault.ts';
import type { Lock } from '../ports/lock.ts';
import type { AccountEndpoint } from '../ports/session/account-endpoint.ts';
import type { SessionStore } from '../ports/session/session-store.ts';
import type { RefreshResult } from '../refresh/refresh-machine.ts';
import { isHostedSyncEnabled } from '../rollout/rollout-gate.ts';
import { isFresh, privateTeam, type Session, type Team } from '../session/session.ts';

/** Told once by a process that sends nothing, as there is no Private Teamspace to send it to. */
export interface MissingTeamWarning {
  readonly category: 'direct_ingress_missing_private_team';
  /** Whether the server was asked. */
  readonly rehydrate_attempted: boolean;
  readonly ingress_sent: false;
  /** What would have been sent to. */
  readonly endpoint: string;
}

/** What finding the Private Teamspace works with. */
export interface TeamspacePorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint: AccountEndpoint;
  readonly store: SessionStore;
  /** The lock that refreshes take: without it, a rotation could be overwritten. */
  readonly lock: Lock;
  readonly nowMs: () => number;
  /** Goes to standard error or a log, never to standard output. */
  readonly warn: (warning: MissingTeamWarning) => void;
}

/** For a question that is never on the way of anything else. */
const ASK_WITHIN_MS = 5000;

/** Finds the Private Teamspace of a login; one for each process, which asks the server once at most. */
export class PrivateTeamspace {
  readonly #ports: TeamspacePorts;
  /** What the server has said, by account; `null`: there is none. */
  readonly #said = new Map<string, Team | null>();
  readonly #asking = new Map<string, Promise<void>>();
  #hasWarned = false;

  constructor(ports: TeamspacePorts) {
    this.#ports = ports;
  }

  /**
   * The team that direct ingress goes to; without one, nothing may be sent to `endpoint`. It is never the default team,
   * and never the first one.
   */
  async resolve(session: Session, endpoint: string): Promise<Team | undefined> {
    if (!isHostedSyncEnabled(this.#ports.env)) return undefined;
    const own = privateTeam(session) ?? this.#said.get(accountOf(session));
    if (own) return own;
    const isAsked = this.#said.has(accountOf(session)) || (await this.#ask(session));
    const team = this.#said.get(accountOf(session)) ?? undefined;
    if (!team && !this.#hasWarned) {
      this.#hasWarned = true;
      const category = 'direct_ingress_missing_private_team';
      this.#ports.warn({ category, rehydrate_attempted: isAsked, ingress_sent: false, endpoint });
    }
    return team;
  }

  /** Asks again once tokens have changed, whatever was said before; what the refresh gave does not depend on it. */
  async afterRefresh(result: RefreshResult): Promise<void> {
    if (!isHostedSyncEnabled(this.#ports.env) || !hasNewTokens(result)) return;
    if (!privateTeam(result.session)) await this.#ask(result.session);
  }

  /** Asks the server, or waits for who is asking it. @returns whether it was asked. */
  async #ask(session: Session): Promise<boolean> {
    if (!isFresh(session, this.#ports.nowMs(), 0)) return false;
    const account = accountOf(session);
    const asking =
      this.#asking.get(account) ?? this.#rehydrate(session).finally(() => this.#asking.delete(account));
    this.#asking.set(account, asking);
    await asking;
    return true;
  }

  /** Notes what the server says; an answer that is none, or about somebody else, says nothing. */
  async #rehydrate(session: Session): Promise<void> {
    const { endpoint } = this.#ports;
    const answer = await endpoint.fetch(session.issuer, session.tokens.access, ASK_WITHIN_MS);
    if (answer.kind !== 'account' || answer.account.userId !== session.account.userId) return;
    const { teams } = answer.account;
    const team = privateTeam({ ...session, account: answer.account });
    this.#said.set(accountOf(session), team ?? null);
    if (team) await this.#keep(session, teams);
  }

  async #keep(session: Session, teams: readonly Team[]): Promise<void> {
    const { store, lock } = this.#ports;
    try {
      await lock.hold('refresh', 'note the teams', async () => store.patchAccount(session, { teams }));
    } catch (error) {
      // A busy lock or a full disk: this process knows the team, and the next one asks again.
      if (!(error instanceof Fault)) throw error;
    }
  }
}

function accountOf({ issuer, account }: Session): string {
  return `${issuer} ${account.userId}`;
}

/** Whether a refresh has ended with other tokens than its caller had. */
function hasNewTokens(
  result: RefreshResult,
): result is Extract<RefreshResult, { readonly session: Session }> {
  return 'session' in result && HAS_NEW_TOKENS[result.outcome];
}

const HAS_NEW_TOKENS: Readonly<
  Record<Extract<RefreshResult, { readonly session: Session }>['outcome'], boolean>
> = {
  refreshed: true,
  adopted_newer: true,
  stale_rejection_preserved: true,
  lock_timeout_adopted: true,
  fresh: false,
  kept_valid: false,
};
