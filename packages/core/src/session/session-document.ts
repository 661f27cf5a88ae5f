import { formatInstant } from '../instant.ts';
import { parseInstant } from '../parse-instant.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { Secret } from './secret.ts';
import {
  type Account,
  type AuthMethod,
  defaultTeam,
  type Session,
  type Team,
  type Tokens,
} from './session.ts';

/** The plaintext of a stored session: the predecessor's names (A§2.3), and whose it is. */
export function sessionDocument(session: Session): JsonObject {
  const { issuer, account, tokens, method } = session;
  return {
    issuer,
    user_id: account.userId,
    email: account.email,
    name: account.name,
    teams: account.teams.map(({ id, name, role, isPrivate }) => ({
      id,
      name,
      role,
      is_private_teamspace: isPrivate,
    })),
    default_team_id: defaultTeam(session)?.id ?? '',
    access_token: tokens.access.expose(),
    refresh_token: tokens.refresh.expose(),
    session_id: tokens.sessionId,
    issued_at: isoTime(tokens.issuedAtMs),
    access_token_expires_at: isoTime(tokens.accessExpiresAtMs),
    refresh_token_expires_at: tokens.refreshExpiresAtMs === null ? null : isoTime(tokens.refreshExpiresAtMs),
    scope: tokens.scope,
    storage_backend: 'file',
    auth_method: method,
    generation: tokens.generation,
  };
}

/** Reads such a plaintext; `undefined` where a part is missing or of the wrong kind. What is not known is ignored. */
export function parseSessionDocument(document: unknown): Session | undefined {
  if (!isJsonObject(document)) return undefined;
  const [issuer, account, tokens] = [textOf(document, 'issuer'), accountOf(document), storedTokens(document)];
  const method = METHODS.find((one) => one === document['auth_method']);
  if (issuer === undefined || !account || !tokens || !method) return undefined;
  return { issuer, account, tokens, method };
}

const METHODS: readonly AuthMethod[] = ['authorization_code', 'device_code'];

function accountOf(document: JsonObject): Account | undefined {
  const [userId, teams] = [textOf(document, 'user_id'), parseTeams(document['teams'])];
  if (userId === undefined || !teams) return undefined;
  return { userId, email: textOf(document, 'email') ?? '', name: textOf(document, 'name') ?? '', teams };
}

function storedTokens(document: JsonObject): Tokens | undefined {
  const [access, refresh] = [textOf(document, 'access_token'), textOf(document, 'refresh_token')];
  const [sessionId, scope] = [textOf(document, 'session_id'), textOf(document, 'scope') ?? ''];
  const { generation, refresh_token_expires_at: ends = null } = document;
  const issuedAtMs = timeOf(document['issued_at']);
  const accessExpiresAtMs = timeOf(document['access_token_expires_at']);
  const refreshExpiresAtMs = ends === null ? null : timeOf(ends);
  if (access === undefined || refresh === undefined || sessionId === undefined) return undefined;
  if (issuedAtMs === undefined || accessExpiresAtMs === undefined || refreshExpiresAtMs === undefined)
    return undefined;
  return {
    access: new Secret(access),
    refresh: new Secret(refresh),
    sessionId,
    scope,
    issuedAtMs,
    accessExpiresAtMs,
    refreshExpiresAtMs,
    generation: typeof generation === 'number' ? generation : null,
  };
}

function textOf(document: JsonObject, key: string): string | undefined {
  const value = document[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Teams as both the server and a stored session write them; `undefined` where one is not whole. */
export function parseTeams(value: unknown): readonly Team[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const teams = value.flatMap((team: unknown): readonly Team[] => {
    if (!isJsonObject(team)) return [];
    const { id, name, role, is_private_teamspace: isPrivate = false } = team;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof role !== 'string') return [];
    return id !== '' && typeof isPrivate === 'boolean' ? [{ id, name, role, isPrivate }] : [];
  });
  return teams.length === value.length ? teams : undefined;
}

/** ISO 8601 in UTC. */
export function isoTime(ms: number): string {
  return formatInstant(ms * 1000);
}

/** A time without an offset is one in UTC. */
export function timeOf(value: unknown): number | undefined {
  const micros = typeof value === 'string' ? parseInstant(value) : undefined;
  return micros === undefined ? undefined : Math.floor(micros / 1000);
}
