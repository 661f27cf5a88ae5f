import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { Secret } from '@spec-kitty/core/session/secret';
import type { Team } from '@spec-kitty/core/session/session';
import { type ApiAnswer, callApi } from './call-api.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';

/** What opens one live connection, once and soon; it is sent in a header and never written down (A§1.8). */
export interface WsTicket {
  readonly token: Secret;
  /** By TLS, or to this machine; without the token in it. */
  readonly url: string;
  readonly sessionId: string;
  readonly expiresInMs: number;
}

/** The connection outlives the ticket: a token that is about to end would be no use to it. */
const MIN_VALIDITY_MS = 300_000;
const WITHIN_MS = 10_000;

/** Asks for a ticket for the Private Teamspace; `undefined` beside the answer where that has none in it. */
export async function requestWsTicket(
  keeper: SessionKeeper,
  team: Team,
): Promise<{ readonly ticket: WsTicket | undefined; readonly asked: ApiAnswer }> {
  const asked = await callApi(keeper, {
    method: 'POST',
    path: '/api/v1/ws-token',
    json: { team_id: team.id },
    withinMs: WITHIN_MS,
    minValidityMs: MIN_VALIDITY_MS,
  });
  return { ticket: asked.kind === 'answered' ? ticketOf(asked.answer) : undefined, asked };
}

function ticketOf(answer: HttpAnswer): WsTicket | undefined {
  if (answer.kind !== 'answer' || answer.status !== 200 || !isJsonObject(answer.body)) return undefined;
  const { ws_token: token, ws_url: url, expires_in: expiresIn, session_id: sessionId } = answer.body;
  if (!isText(token) || !isText(url) || !isText(sessionId) || !isSafe(url, token)) return undefined;
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) return undefined;
  return { token: new Secret(token), url, sessionId, expiresInMs: expiresIn * 1000 };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isSafe(url: string, token: string): boolean {
  if (!/^wss?:\/\//.test(url) || !URL.canParse(url) || url.includes(token)) return false;
  return parseServerUrl(new URL(url).origin.replace(/^ws/, 'http')).kind === 'origin';
}
