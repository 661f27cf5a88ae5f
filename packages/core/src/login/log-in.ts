import { Fault } from '../fault.ts';
import type { CallbackListener } from '../ports/session/callback-listener.ts';
import type { LoginEndpoint } from '../ports/session/login-endpoint.ts';
import type { Secret } from '../session/secret.ts';
import { serverFault } from '../session/server-fault.ts';
import type { Session } from '../session/session.ts';
import { authorizationUrl } from './authorization-url.ts';
import type { DeviceAuthorization } from '../session/device-authorization.ts';
import { finishLogin, type FinishPorts } from './finish-login.ts';
import type { LoginAnswer } from '../session/login-answer.ts';
import { LOGIN_LIMITS } from './login-limits.ts';
import { judgePoll } from './judge-poll.ts';

/** Random parts of one login by browser; new ones each time. */
export interface LoginSecrets {
  readonly verifier: Secret;
  /** Base64url of the SHA-256 of the verifier. */
  readonly challenge: string;
  readonly state: Secret;
}

/** What a login by browser works with. */
export interface BrowserPorts extends FinishPorts {
  readonly endpoint: LoginEndpoint;
  readonly listen: () => Promise<CallbackListener>;
  readonly secrets: () => LoginSecrets;
  /** Shows the page to a person, and opens it if it can. */
  readonly show: (url: string) => void;
}

/**
 * Logs in by a browser on this machine: authorization code with PKCE, answered to a port of this machine (RFC 8252).
 *
 * @throws Fault `LOGIN_TIMEOUT`, `LOGIN_DENIED`, `LOGIN_REFUSED`, and those of {@link finishLogin}; then nothing has changed.
 */
export async function logInByBrowser(ports: BrowserPorts, issuer: string): Promise<Session> {
  // A browser would tell of a server that is away, and nobody would come back here.
  const away = await ports.endpoint.reach(issuer);
  if (away !== undefined) throw serverFault(issuer, away);
  const { verifier, challenge, state } = ports.secrets();
  const listener = await ports.listen();
  const { redirectUri } = listener;
  const waiting = listener.wait(state, issuer, LOGIN_LIMITS.callback);
  ports.show(authorizationUrl({ issuer, redirectUri, state, challenge }));
  const answer = await waiting;
  if (answer.kind === 'none') throw timedOut();
  if (answer.kind === 'other issuer') throw refusedBy(issuer, 'issuer_mismatch');
  if (answer.kind === 'error') throw refusedBy(issuer, answer.error);
  const grant = { code: answer.code, verifier, redirectUri };
  const tokens = requireTokens(issuer, await ports.endpoint.exchange(issuer, grant));
  return finishLogin(ports, issuer, 'authorization_code', tokens);
}

/** What a login without a browser works with. */
export interface DevicePorts extends FinishPorts {
  readonly endpoint: LoginEndpoint;
  readonly monotonicMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Shows the code and where to type it. */
  readonly show: (device: DeviceAuthorization) => void;
}

/**
 * Logs in by a browser on another machine (RFC 8628): opens no browser and no port here.
 *
 * @throws Fault `LOGIN_TIMEOUT`, `LOGIN_DENIED`, `LOGIN_REFUSED`, and those of {@link finishLogin}; then nothing has changed.
 */
export async function logInByDevice(ports: DevicePorts, issuer: string): Promise<Session> {
  const device = await ports.endpoint.startDevice(issuer);
  if ('kind' in device) throw faultOf(issuer, device);
  ports.show(device);
  const due = ports.monotonicMs() + Math.min(device.expiresInMs, LOGIN_LIMITS.device);
  for (let interval = device.intervalMs; ;) {
    const left = due - ports.monotonicMs();
    await ports.pause(Math.min(interval, Math.max(left, 0)));
    if (interval >= left) throw timedOut();
    const step = judgePoll(await ports.endpoint.askDevice(issuer, device.deviceCode), interval);
    if (step.kind === 'tokens') return finishLogin(ports, issuer, 'device_code', step);
    if (step.kind === 'failed') throw refusedBy(issuer, step.error);
    interval = step.intervalMs;
  }
}

function requireTokens(
  issuer: string,
  answer: LoginAnswer,
): Extract<LoginAnswer, { readonly kind: 'tokens' }> {
  if (answer.kind === 'tokens') return answer;
  throw faultOf(issuer, answer);
}

function faultOf(issuer: string, answer: Exclude<LoginAnswer, { readonly kind: 'tokens' }>): Fault {
  return answer.kind === 'refused' ? refusedBy(issuer, answer.error) : serverFault(issuer, answer.why);
}

function timedOut(): Fault {
  return new Fault('refused', 'LOGIN_TIMEOUT', 'Nobody answered the login in time.', {
    hints: ['Run `spec-kitty auth login` again; with `--headless` a browser on any other machine does.'],
  });
}

/** A refusal by its code; what else a server says may hold what is not to be shown. */
function refusedBy(issuer: string, error: string): Fault {
  if (error === 'access_denied')
    return new Fault('refused', 'LOGIN_DENIED', 'The login was declined.', {
      hints: ['Run `spec-kitty auth login` again if that was not meant.'],
      details: { server: issuer, oauth_error: error },
    });
  if (error === 'expired_token') return timedOut();
  if (/^(?:malformed$|http_|proxy_)/.test(error)) return serverFault(issuer, error);
  return new Fault(
    'refused',
    'LOGIN_REFUSED',
    `The server refuses the login with ${codeOf(error)}: ${issuer}`,
    {
      hints: ['Run `spec-kitty auth login` again; if that does not help, ask who runs the server.'],
      details: { server: issuer, oauth_error: codeOf(error) },
    },
  );
}

/** Codes are words of a protocol; anything else is not repeated. */
function codeOf(error: string): string {
  return /^[a-z_]{1,60}$/.test(error) ? error : 'an unknown code';
}
