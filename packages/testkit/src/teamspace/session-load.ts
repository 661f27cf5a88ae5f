import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import { tokensOf } from '@spec-kitty/core/session/token-answer';
import { callApi } from '@spec-kitty/local/api/call-api';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { sendRequest } from '@spec-kitty/local/session/http-client';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import type { TokenAnswer } from '@spec-kitty/teamspace/sessions/session-answer';
import { newAttempt } from './teamspace-world.ts';

/** How many processes present one token at the same moment. */
const RACERS = 3;
/** Longer than any access token lives: each is refreshed, as if it had expired. */
const NEVER_FRESH_MS = 10 * 3_600_000;
const PAUSE_MS = 20;
const REQUEST_MS = 8000;

/** What a load has seen. */
export interface Seen {
  /** Rotations that were answered with tokens. */
  refreshed: number;
  /** Answers to who is signed in. */
  told: number;
  /** Answers that say that the server cannot use its database. */
  unavailable: number;
  /** Requests that no answer came to. */
  unanswered: number;
  /** What no client should ever see. */
  readonly wrong: string[];
}

/** Programs of people who are signed in, with the code that the command line has, until they are told to end. */
export class SessionLoad {
  readonly seen: Seen = { refreshed: 0, told: 0, unavailable: 0, unanswered: 0, wrong: [] };
  /** Newest generation that each login was given. */
  readonly generations = new Map<string, number>();
  readonly #issuer: string;
  readonly #base = mkdtempSync(path.join(tmpdir(), 'session-load-'));
  readonly #turns: number[] = [];
  readonly #running: Promise<void>[] = [];
  #isOver = false;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /** Lets a program refresh and ask who it is, again and again, as `spec-kitty` does. */
  keep(tokens: TokenAnswer): void {
    const keeper = new SessionKeeper({
      root: path.join(this.#base, tokens.session_id),
      issuer: this.#issuer,
      clock: new SystemClock(),
      log: () => undefined,
    });
    const known = tokensOf(tokens, Date.now());
    if (!known) throw new Error('The server gave no tokens');
    const account = { userId: 'ada', email: '', name: 'Ada', teams: [] };
    this.generations.set(tokens.session_id, tokens.generation);
    keeper.store.login({ issuer: this.#issuer, account, tokens: known, method: 'device_code' });
    this.#begin(async () => {
      const isRefreshed = await this.#refresh(keeper, tokens.session_id);
      return (await this.#ask(keeper, tokens.session_id)) && isRefreshed;
    });
  }

  /** Lets processes that know nothing of each other present one token at once, again and again; one of them gets another. */
  race({ session_id: id, refresh_token: first, generation }: TokenAnswer): void {
    let token = first;
    this.generations.set(id, generation);
    this.#begin(async () => {
      const attempts = Array.from({ length: RACERS }, newAttempt);
      const given = await Promise.all(attempts.map((attempt) => this.#present(token, attempt)));
      const won = given.filter((one) => one !== undefined);
      if (won.length !== 1) {
        this.seen.wrong.push(`${won.length} of ${RACERS} were given the successor of one token`);
        return false;
      }
      token = won[0]?.refresh_token ?? token;
      this.#rotated(id, won[0]?.generation);
      return true;
    });
  }

  /** Resolves once every program has had so many more turns in which all went well. */
  async goOn(turns: number): Promise<void> {
    const goals = this.#turns.map((turn) => turn + turns);
    const isThere = (): boolean => this.#turns.every((turn, at) => turn >= (goals[at] ?? 0));
    await this.saw(isThere);
  }

  /** Resolves once it has seen as much as that. */
  async saw(isEnough: (seen: Seen) => boolean): Promise<void> {
    while (!isEnough(this.seen) && this.seen.wrong.length === 0) await pause(5);
  }

  /** Ends it, after what is under way. */
  async stop(): Promise<Seen> {
    this.#isOver = true;
    await Promise.all(this.#running);
    rmSync(this.#base, { recursive: true, force: true });
    return this.seen;
  }

  /** @param turn whether all went well in it. */
  #begin(turn: () => Promise<boolean>): void {
    const at = this.#turns.push(0) - 1;
    const run = async (): Promise<void> => {
      while (!this.#isOver) {
        if (await turn().catch(() => false)) this.#turns[at] = (this.#turns[at] ?? 0) + 1;
        else await pause(PAUSE_MS);
      }
    };
    this.#running.push(run());
  }

  async #refresh(keeper: SessionKeeper, id: string): Promise<boolean> {
    const result = await keeper.fresh(null, NEVER_FRESH_MS);
    if (result.outcome === 'refreshed') {
      this.#rotated(id, result.session.tokens.generation);
      return true;
    }
    // The old token is good for a while yet, or not: no answer came either way.
    if (result.outcome === 'unavailable' || result.outcome === 'kept_valid') this.seen.unanswered += 1;
    else this.seen.wrong.push(`A refresh ended with ${JSON.stringify(result)}`);
    return false;
  }

  async #ask(keeper: SessionKeeper, id: string): Promise<boolean> {
    const asked = await callApi(keeper, { method: 'GET', path: '/api/v1/me', withinMs: REQUEST_MS });
    if (asked.kind === 'no session') {
      this.seen.unanswered += 1;
      return false;
    }
    // A token that was refused before its time was refreshed on the way.
    const { generation } = asked.session.tokens;
    if (generation !== this.generations.get(id)) this.#rotated(id, generation);
    const isTold = this.#isGood(asked.answer, [200]);
    if (isTold) this.seen.told += 1;
    return isTold;
  }

  /** Presents a token until an answer comes, as one attempt. @returns what it was given; `undefined` where another was faster. */
  async #present(token: string, attempt: string): Promise<TokenAnswer | undefined> {
    for (;;) {
      const answer = await sendRequest({
        method: 'POST',
        url: `${this.#issuer}/oauth/token`,
        form: {
          grant_type: 'refresh_token',
          client_id: 'cli_native',
          refresh_token: token,
          refresh_attempt: attempt,
        },
        withinMs: REQUEST_MS,
      });
      if (this.#isGood(answer, [200, 409]))
        return answer.kind === 'answer' && answer.status === 200 ? (answer.body as TokenAnswer) : undefined;
      if (this.#isOver || this.seen.wrong.length > 0) throw new Error('Nobody waits for it any more');
      await pause(PAUSE_MS);
    }
  }

  /** Whether it is one of these; other answers are trouble that passes, said as such, or wrong. */
  #isGood(answer: HttpAnswer, statuses: readonly number[]): boolean {
    if (answer.kind === 'failed') this.seen.unanswered += 1;
    else if (statuses.includes(answer.status)) return true;
    else if (isClearlyUnavailable(answer)) this.seen.unavailable += 1;
    else this.seen.wrong.push(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return false;
  }

  /** A login goes from one generation to the next, whoever asks how often. */
  #rotated(id: string, generation: number | null | undefined): void {
    const before = this.generations.get(id) ?? 0;
    if (generation !== before + 1)
      this.seen.wrong.push(`Generation ${String(generation)} came after ${before}`);
    this.generations.set(id, generation ?? before);
    this.seen.refreshed += 1;
  }
}

function isClearlyUnavailable({
  status,
  body,
  retryAfter,
}: HttpAnswer & { readonly kind: 'answer' }): boolean {
  const said = body as { readonly error?: unknown; readonly error_description?: unknown } | undefined;
  return (
    status === 503 &&
    retryAfter !== null &&
    said?.error === 'temporarily_unavailable' &&
    said.error_description === 'The server cannot use its database at the moment; try again.'
  );
}
