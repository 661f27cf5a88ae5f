import type { Role } from '../database/schema.ts';
import type { ActiveSession } from '../sessions/authenticate-session.ts';
import type { Teamspace } from '../teamspace.ts';
import type { AskedTeam } from '../teams/asked-team.ts';
import type { Scope } from '../teams/roles.ts';
import type { GenericSchema, InferOutput } from 'valibot';
import type { Answer } from './answer.ts';
import type { SignedIn } from './browser-session.ts';

/** Who may ask; whoever may not is answered before anything else is looked at. */
export type Access =
  /** A program, whoever it belongs to. */
  | { readonly by: 'anybody' }
  /** A browser, whether somebody has signed in with it or not. */
  | { readonly by: 'visitor' }
  /** A program with the access token of a login. */
  | { readonly by: 'session' }
  /** A program with the access token of a member's login, or with a service token of the team that has the scope. */
  | { readonly by: 'team'; readonly role: Role; readonly scope: Scope }
  /** A browser that somebody has signed in with. */
  | { readonly by: 'browser' }
  /** The same, of a member of the team. */
  | { readonly by: 'team browser'; readonly role: Role };

/** Who an access lets in, as it then is known. */
export type Caller<A extends Access> = A extends { readonly by: 'session' }
  ? { readonly session: ActiveSession }
  : A extends { readonly by: 'browser' }
    ? { readonly signedIn: SignedIn }
    : A extends { readonly by: 'team browser' }
      ? { readonly signedIn: SignedIn; readonly team: AskedTeam }
      : A extends { readonly by: 'team' }
        ? { readonly team: AskedTeam }
        : A extends { readonly by: 'visitor' }
          ? { readonly signedIn: SignedIn | undefined }
          : unknown;

/** One request, as far as it is known to be sound. */
export interface Asked<I> {
  readonly teamspace: Teamspace;
  readonly params: Readonly<Record<string, string>>;
  /** The fields that the endpoint takes: of the query for GET, else of the body. */
  readonly input: I;
  /** Of the client, as far as the proxies in front of us are trusted to say. */
  readonly address: string;
  readonly userAgent: string;
  /** What a browser has of an earlier sign-in, good or not. */
  readonly known: string | undefined;
  /** For the forms of a page. */
  readonly csrf: string;
  /** Path with its query, for a browser to come back to. */
  readonly here: string;
}

/** One thing that can be asked for. */
export interface Endpoint<A extends Access = Access, S extends GenericSchema = GenericSchema> {
  readonly method: 'GET' | 'POST';
  /** `:name` stands for one part; a slash at the end may be left out by whoever asks. */
  readonly path: string;
  readonly access: A;
  readonly summary: string;
  /** Where the fields are looked for; the query for GET. */
  readonly takes: 'form' | 'json' | 'query';
  readonly input: S;
  /** What each status means. */
  readonly answers: Readonly<Record<number, { readonly means: string; readonly schema?: GenericSchema }>>;
  /** How wrong fields are answered, where an error in JSON, or for browsers a page with no more than that, is not enough. */
  readonly refuse?: (asked: Asked<unknown> & Caller<A>, problem: string) => Promise<Answer> | Answer;
  readonly handle: (asked: Asked<InferOutput<S>> & Caller<A>) => Promise<Answer> | Answer;
}

/** Keeps the types of an endpoint together; lists hold them without. */
export function endpoint<const A extends Access, S extends GenericSchema>(one: Endpoint<A, S>): Endpoint {
  return one as unknown as Endpoint;
}
