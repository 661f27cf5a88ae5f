import type { AuthFinding } from '@spec-kitty/core/auth-doctor/doctor-finding';
import type { LoginStanding } from '@spec-kitty/core/auth-doctor/login-standing';
import { STUCK_THRESHOLD_S } from '@spec-kitty/core/auth-doctor/stuck-threshold';
import { requireOrigin } from '@spec-kitty/core/login/choose-server';
import { AuthExaminer } from '@spec-kitty/local/auth-doctor/auth-examiner';
import { currentServer, userSessionRoot } from '@spec-kitty/local/session/open-session';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';

/** Opens the login at a server. Where it is written, what a refresh came to is not told to people. */
export function openKeeper(
  { env, clock, stderr: warn }: Pick<AppContext, 'env' | 'clock' | 'stderr'>,
  issuer: string,
): SessionKeeper {
  return new SessionKeeper({ root: userSessionRoot(env), issuer, clock, log: () => undefined, warn });
}

/**
 * Opens the login that commands use; `undefined` where nobody has ever logged in here.
 *
 * @param server address of another one, from `--server`.
 */
export function openCurrentKeeper(
  context: Pick<AppContext, 'env' | 'clock' | 'stderr'>,
  server?: string,
): SessionKeeper | undefined {
  if (server !== undefined) return openKeeper(context, requireOrigin(server, '--server'));
  const issuer = currentServer(userSessionRoot(context.env), context.env);
  return issuer === undefined ? undefined : openKeeper(context, issuer);
}

/**
 * What the login at a server is good for, by the findings of the doctor.
 *
 * @param issuer of another one than commands use.
 */
export function standingOf(
  { cwd, env, clock, stderr: warn }: Pick<AppContext, 'cwd' | 'env' | 'clock' | 'stderr'>,
  issuer?: string,
): LoginStanding {
  const stuckMs = STUCK_THRESHOLD_S * 1000;
  const options = { cwd, env, clock, version, stuckMs, warn, ...(issuer !== undefined && { issuer }) };
  return new AuthExaminer(options).standing();
}

/** A finding as one sentence, with what helps. */
export function findingSentence({ summary, remediation }: AuthFinding): string {
  if (remediation === null) return summary;
  const { command, description } = remediation;
  return command === null
    ? `${summary}. ${description ?? ''}`.trimEnd()
    : `${summary}: run \`${command}\`${description === null ? '' : ` — ${description}`}`;
}
