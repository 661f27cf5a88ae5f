import { loggedOutLine } from '../hosted-wording.ts';
import { isSwitchedOn } from '../rollout/is-switched-on.ts';

/** What ties a checkout to a teamspace, as far as it is on disk here; the first that is there names it (A§1.10). */
export interface CheckoutTies {
  readonly repositorySlug: string | null;
  readonly projectSlug: string | null;
  readonly privateTeam: string | null;
}

/** What a command does for somebody who is logged out. */
export type LoggedOutAnswer =
  /** Nothing ties the checkout to a teamspace: the plain message, and exit code 1. */
  | { readonly kind: 'plain' }
  /** One line on stderr, and exit code 4. */
  | { readonly kind: 'line'; readonly line: string }
  /** A person is asked for one key. */
  | { readonly kind: 'ask'; readonly teamspace: string };

/** Decides that without asking anybody. */
export function loggedOutAnswer(
  { repositorySlug, projectSlug, privateTeam }: CheckoutTies,
  command: string,
  isInteractive: boolean,
): LoggedOutAnswer {
  const teamspace = repositorySlug ?? projectSlug ?? privateTeam;
  if (teamspace === null) return { kind: 'plain' };
  return isInteractive
    ? { kind: 'ask', teamspace }
    : { kind: 'line', line: loggedOutLine(teamspace, command) };
}

/** Whether somebody may be asked: the two variables go before what the terminal is. */
export function mayAsk(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (isSwitchedOn(env['SPEC_KITTY_FORCE_INTERACTIVE'])) return true;
  return !isSwitchedOn(env['SPEC_KITTY_NON_INTERACTIVE']) && isTerminal;
}

/** What a key means; any that is not named goes on with the plain message. */
export function keyMeaning(key: string): 'log in' | 'quit' | 'go on' {
  const letter = key.trim().toLowerCase();
  if (letter === 'l') return 'log in';
  return letter === 'q' ? 'quit' : 'go on';
}
