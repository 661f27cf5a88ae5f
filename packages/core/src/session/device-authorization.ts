import { isJsonObject } from '../status/rows/json-value.ts';
import { Secret } from './secret.ts';

/** What a person is shown, and what is asked with meanwhile (RFC 8628 §3.2). Lengths of time are milliseconds. */
export interface DeviceAuthorization {
  readonly deviceCode: Secret;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly completeUri: string | null;
  readonly expiresInMs: number;
  readonly intervalMs: number;
}

const DEFAULT_LIFETIME_S = 900;
const DEFAULT_INTERVAL_S = 5;
/** A server that names none in truth would be asked without a pause. */
const SHORTEST_INTERVAL_S = 1;

/** Reads an answer; `undefined` where a part is missing, of the wrong kind, or no address of a page. */
export function parseDeviceAuthorization(body: unknown): DeviceAuthorization | undefined {
  if (!isJsonObject(body)) return undefined;
  const { device_code: deviceCode, user_code: userCode, verification_uri: uri } = body;
  const { verification_uri_complete: complete = null } = body;
  const { expires_in: lifetime = DEFAULT_LIFETIME_S, interval = DEFAULT_INTERVAL_S } = body;
  if (!isText(deviceCode) || !isText(userCode) || !isPage(uri)) return undefined;
  if (complete !== null && !isPage(complete)) return undefined;
  if (!isLength(lifetime) || !isLength(interval)) return undefined;
  return {
    deviceCode: new Secret(deviceCode),
    userCode: inChunks(userCode),
    verificationUri: uri,
    completeUri: complete,
    expiresInMs: lifetime * 1000,
    intervalMs: Math.max(interval, SHORTEST_INTERVAL_S) * 1000,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPage(value: unknown): value is string {
  return isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

/** Easier to read off one screen and type on another. */
function inChunks(code: string): string {
  return /^\w{8}$/.test(code) ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}
