import { isJsonObject } from '../status/rows/json-value.ts';
import type { HttpAnswer, NoAnswer } from './http-answer.ts';
import type { Account } from './session.ts';
import { parseTeams, timeOf } from './session-document.ts';

/** What a server says of whom an access token is for. */
export type AccountAnswer =
  | {
      readonly kind: 'account';
      readonly account: Account;
      /** `null`: the server does not say here when the refresh token ends. */
      readonly refreshExpiresAtMs: number | null;
    }
  | { readonly kind: 'unauthorized' }
  /** Nothing is known. `why`: `malformed`, `http_…`, or how the connection failed. */
  | { readonly kind: 'unavailable'; readonly why: NoAnswer };

/** The account in the body of `GET /api/v1/me` (A§1.1); `undefined` where a part is missing or of the wrong kind. */
export function parseAccount(body: unknown): Account | undefined {
  if (!isJsonObject(body)) return undefined;
  const { user_id: userId, email, name } = body;
  const teams = parseTeams(body['teams']);
  if (typeof userId !== 'string' || userId === '' || !teams) return undefined;
  if (typeof email !== 'string' || typeof name !== 'string') return undefined;
  const texts = [userId, email, name, ...teams.flatMap((team) => [team.id, team.name, team.role])];
  return teams.length <= MOST_TEAMS && texts.every(isLine) ? { userId, email, name, teams } : undefined;
}

/** So many that a session of them is still smaller than what is read of one. */
const MOST_TEAMS = 200;

/** One line of a length that fits on a screen: two lines could pass for two answers. */
function isLine(text: string): boolean {
  return text.length <= 300 && !/[\p{Cc}\u2028\u2029]/u.test(text);
}

/** What an answer to `GET /api/v1/me` means, by its status and the kinds of its parts alone. */
export function accountAnswerOf(answer: HttpAnswer): AccountAnswer {
  if (answer.kind === 'failed') return { kind: 'unavailable', why: answer.cause };
  if (answer.status === 401) return { kind: 'unauthorized' };
  if (answer.status !== 200) return { kind: 'unavailable', why: `http_${answer.status}` };
  const [account, refreshExpiresAtMs] = [parseAccount(answer.body), refreshEnd(answer.body)];
  return account && refreshExpiresAtMs !== undefined
    ? { kind: 'account', account, refreshExpiresAtMs }
    : { kind: 'unavailable', why: 'malformed' };
}

/** `undefined` for an end that cannot be read. */
function refreshEnd(body: unknown): number | null | undefined {
  const at = isJsonObject(body) ? (body['refresh_token_expires_at'] ?? null) : null;
  return at === null ? null : timeOf(at);
}
