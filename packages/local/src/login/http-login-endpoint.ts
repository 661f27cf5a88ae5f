import { hostname } from 'node:os';
import { CLIENT_ID, SCOPE } from '@spec-kitty/core/login/authorization-url';
import {
  parseDeviceAuthorization,
  type DeviceAuthorization,
} from '@spec-kitty/core/session/device-authorization';
import { type LoginAnswer, loginAnswerOf } from '@spec-kitty/core/session/login-answer';
import type { CodeGrant, LoginEndpoint } from '@spec-kitty/core/ports/session/login-endpoint';
import { REFRESH_LIMITS } from '@spec-kitty/core/refresh/refresh-limits';
import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import type { Secret } from '@spec-kitty/core/session/secret';
import { sendRequest } from '../session/http-client.ts';
import { machineName } from './machine-name.ts';

/** The endpoints of a login over HTTP (A§1.1). */
export class HttpLoginEndpoint implements LoginEndpoint {
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async reach(issuer: string): Promise<string | undefined> {
    const limits = { withinMs: REFRESH_LIMITS.http, connectMs: REFRESH_LIMITS.connect };
    const answer = await sendRequest({ method: 'HEAD', url: `${issuer}/`, ...limits });
    return answer.kind === 'answer' ? undefined : answer.cause;
  }

  async exchange(issuer: string, { code, verifier, redirectUri }: CodeGrant): Promise<LoginAnswer> {
    const answer = await post(`${issuer}/oauth/token`, {
      grant_type: 'authorization_code',
      code: code.expose(),
      redirect_uri: redirectUri,
      code_verifier: verifier.expose(),
    });
    return loginAnswerOf(answer, this.#nowMs());
  }

  async startDevice(
    issuer: string,
  ): Promise<DeviceAuthorization | Exclude<LoginAnswer, { readonly kind: 'tokens' }>> {
    const answer = await post(`${issuer}/oauth/device`, { scope: SCOPE });
    const isGiven = answer.kind === 'answer' && answer.status === 200;
    const device = isGiven ? parseDeviceAuthorization(answer.body) : undefined;
    if (device) return device;
    const told = loginAnswerOf(answer, this.#nowMs());
    return told.kind === 'tokens' || isGiven
      ? { kind: 'unavailable', why: 'malformed', retryAfterMs: 0 }
      : told;
  }

  async askDevice(issuer: string, deviceCode: Secret): Promise<LoginAnswer> {
    const answer = await post(`${issuer}/oauth/token`, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode.expose(),
    });
    return loginAnswerOf(answer, this.#nowMs());
  }
}

function post(url: string, form: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  return sendRequest({
    method: 'POST',
    url,
    headers: { 'user-agent': machineName(hostname()) },
    form: { ...form, client_id: CLIENT_ID },
    withinMs: REFRESH_LIMITS.http,
    connectMs: REFRESH_LIMITS.connect,
  });
}
