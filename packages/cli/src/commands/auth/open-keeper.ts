import { currentServer, userSessionRoot } from '@spec-kitty/local/session/open-session';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import type { AppContext } from '../../context.ts';

/** Opens the login at a server. Where it is written, what a refresh came to is not told to people. */
export function openKeeper(
  { env, clock, stderr: warn }: Pick<AppContext, 'env' | 'clock' | 'stderr'>,
  issuer: string,
): SessionKeeper {
  return new SessionKeeper({ root: userSessionRoot(env), issuer, clock, log: () => undefined, warn });
}

/** Opens the login that commands use; `undefined` where nobody has ever logged in here. */
export function openCurrentKeeper(
  context: Pick<AppContext, 'env' | 'clock' | 'stderr'>,
): SessionKeeper | undefined {
  const issuer = currentServer(userSessionRoot(context.env), context.env);
  return issuer === undefined ? undefined : openKeeper(context, issuer);
}
