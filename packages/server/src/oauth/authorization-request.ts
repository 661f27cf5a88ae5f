import { type Client, findClient, grantedScope, isLoopbackRedirect } from './client.ts';

/** A request that a person can be asked about. */
export interface AuthorizationRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string;
  readonly scope: string;
}

/** What a request comes to. */
export type JudgedRequest =
  | { readonly kind: 'sound'; readonly request: AuthorizationRequest }
  /** Nothing may be sent to where it says: it may be anybody's. */
  | { readonly kind: 'not to be answered'; readonly why: string }
  | {
      readonly kind: 'wrong';
      readonly redirectUri: string;
      readonly state: string | undefined;
      readonly error: string;
      readonly description: string;
    };

/** 43 characters: a SHA-256 without padding (RFC 7636 §4.2). */
const CHALLENGE = /^[\w-]{43}$/;
const LONGEST_STATE = 512;

/** Judges the parameters of an authorization request (RFC 6749 §4.1.2.1, RFC 7636 §4.4.1). */
export function judgeRequest(given: Readonly<Record<string, string | undefined>>): JudgedRequest {
  const client = findClient(given['client_id']);
  const { redirect_uri: redirectUri, state, code_challenge: challenge } = given;
  if (!client) return { kind: 'not to be answered', why: 'The program that sent you here is not known.' };
  if (!isLoopbackRedirect(redirectUri))
    return { kind: 'not to be answered', why: 'The address to go back to is not on your machine.' };
  const wrong = (error: string, description: string): JudgedRequest => ({
    kind: 'wrong',
    redirectUri,
    state,
    error,
    description,
  });
  if (given['response_type'] !== 'code')
    return wrong('unsupported_response_type', 'response_type must be code.');
  if (state === undefined || state === '' || state.length > LONGEST_STATE)
    return wrong('invalid_request', 'state is missing or too long.');
  if (given['code_challenge_method'] !== 'S256')
    return wrong('invalid_request', 'code_challenge_method must be S256.');
  if (challenge === undefined || !CHALLENGE.test(challenge))
    return wrong('invalid_request', 'code_challenge must be a SHA-256 in base64url.');
  const scope = grantedScope(client, given['scope']);
  return { kind: 'sound', request: { client, redirectUri, challenge, state, scope } };
}

/** Where a browser brings an answer to, with who gave it (RFC 9207). */
export function answerAddress(
  redirectUri: string,
  issuer: string,
  answer: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer))
    if (value !== undefined) url.searchParams.set(name, value);
  url.searchParams.set('iss', issuer);
  return url.href;
}
