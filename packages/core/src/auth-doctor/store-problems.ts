import { counted } from '../counted.ts';
import { explainExposure, mendExposure } from '../login/config-exposure.ts';
import { explainStoreFault, isReplacedByLogin, isStoreFault, UPGRADE } from '../session/store-fault.ts';
import type { StoredSession, StoreFault } from '../session/stored-session.ts';
import { shellWord } from '../shell-word.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import { advise, type Problem, problem, type Remedy, run } from './doctor-finding.ts';

const LOGIN = 'spec-kitty auth login --force';

/** The fault that a reading is, if it is one of some. */
export function faultOf<K extends StoreFault['kind']>(
  stored: StoredSession,
  ...kinds: readonly K[]
): Extract<StoreFault, { readonly kind: K }> | undefined {
  const isOne = isStoreFault(stored) && (kinds as readonly string[]).includes(stored.kind);
  return isOne ? (stored as Extract<StoreFault, { readonly kind: K }>) : undefined;
}

/** F-008. */
export function unreadableStore({ stored, issuer }: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'corrupt', 'unsupported_version', 'unreadable');
  if (!fault) return undefined;
  const summary = `The session cannot be read, since ${explainStoreFault(fault)}: ${fault.path}`;
  return problem('critical', summary, mendUnreadable(fault, issuer));
}

function mendUnreadable(
  fault: Extract<StoreFault, { readonly kind: 'corrupt' | 'unsupported_version' | 'unreadable' }>,
  issuer: string | null,
): Remedy {
  if (fault.kind === 'unsupported_version') return advise(UPGRADE);
  if (fault.kind === 'corrupt')
    return isState(fault)
      ? run(LOGIN, 'log in again, which counts anew; the login before is revoked')
      : run(LOGIN, `log in again; what cannot be read is kept aside, and what is in it ${endsAt(issuer)}`);
  return mendUnread(fault, isReplacedByLogin(fault) ? 600 : 700);
}

function mendUnread({ why, path }: Extract<StoreFault, { kind: 'unreadable' }>, mode: 600 | 700): Remedy {
  return why === 'io'
    ? advise('The disk, or the connection to it, fails: look at that first.')
    : run(`chmod ${mode} ${shellWord(path)}`, 'make it readable to you alone');
}

/** F-009. */
export function insecureStore({
  stored,
  misplaced,
  issuer,
  configExposure,
}: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'insecure');
  if (!fault && misplaced) return unusableBeside(misplaced, issuer);
  if (!fault)
    return configExposure
      ? problem('critical', explainExposure(configExposure), run(...mendExposure(configExposure)))
      : undefined;
  const summary = `The session is not trusted, since ${explainStoreFault(fault)}: ${fault.path}`;
  return problem('critical', summary, mendInsecure(fault, issuer));
}

/** The session is whole, and nothing can be made of it once its access token is over. */
function unusableBeside(fault: StoreFault, issuer: string | null): Problem {
  const summary = `The login cannot be refreshed, since ${explainStoreFault(fault)}: ${fault.path}`;
  if (fault.kind === 'unreadable') return problem('critical', summary, mendUnread(fault, 600));
  return problem('critical', summary, fault.kind === 'insecure' ? mendInsecure(fault, issuer) : null);
}

function mendInsecure(fault: Extract<StoreFault, { kind: 'insecure' }>, issuer: string | null): Remedy {
  if (isReplacedByLogin(fault)) return run(LOGIN, `log in again; ${becomesOf(fault, issuer)}`);
  const path = shellWord(fault.path);
  if (fault.why === 'mode') return run(`chmod 700 ${path}`, 'make the folder open to you alone');
  if (fault.why === 'owner') return run(`sudo chown "$(id -un)" ${path}`, 'make it yours');
  if (fault.leadsTo !== undefined)
    return run(
      `rm ${path} && mv ${shellWord(fault.leadsTo)} ${path}`,
      'put the folder in the place of the link to it; the login in it is kept',
    );
  const aside = shellWord(`${fault.path}.aside`);
  const gone = /\.lock$|\.link$|-journal\.json$/.test(fault.path)
    ? ''
    : `; a login that was there ${endsAt(issuer)}`;
  return run(`mv ${path} ${aside}`, `move away what is there; it is made anew${gone}`);
}

/** What a login makes of what it does not trust: what can be opened is revoked, by whatever way it is reached. */
function becomesOf(fault: Extract<StoreFault, { kind: 'insecure' }>, issuer: string | null): string {
  if (fault.why === 'too_large') return `what is there is kept aside, and a login in it ${endsAt(issuer)}`;
  if (fault.why === 'not_a_plain_file')
    return isState(fault)
      ? 'what is there is put aside, and the login before is revoked'
      : `what is there is put aside; a login that it leads to is revoked, and one that it hides ${endsAt(issuer)}`;
  return isState(fault)
    ? 'what others may have changed is put aside, and the login before is revoked'
    : 'the login that others may have read is revoked';
}

/** F-010. */
export function wrongKey({ stored, issuer }: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'wrong_key');
  return (
    fault &&
    problem(
      'critical',
      `The session cannot be opened, since ${explainStoreFault(fault)}: ${fault.path}`,
      run(LOGIN, `put back the key that was there, or log in again: what no key opens ${endsAt(issuer)}`),
    )
  );
}

/** F-021: who is logged in goes on with the server of the only session, so that alone is no more than a warning. */
export function damagedServerFile({
  lastServer: fault,
  issuer,
  otherServers,
}: DoctorFacts): Problem | undefined {
  if (!fault) return undefined;
  const summary = `The server of the last login cannot be told, since ${explainStoreFault(fault)}: ${fault.path}`;
  const [only = null, ...more] = issuer === null ? otherServers : [issuer, ...otherServers];
  if (only !== null && more.length === 0)
    return problem(
      'warn',
      summary,
      run(`spec-kitty auth login --server ${shellWord(only)}`, 'name it again'),
    );
  const which = more.length === 0 ? '' : `; there are logins at ${[only, ...more].join(', ')}`;
  const toDo = advise(`Name it again: \`spec-kitty auth login --server <url>\`${which}.`);
  return problem(issuer === null && more.length > 0 ? 'critical' : 'warn', summary, toDo);
}

/** F-022. */
export function leftovers({ leftovers: left, issuer }: DoctorFacts): Problem | undefined {
  if (left.length === 0) return undefined;
  const opened = left.some(({ isOpened }) => isOpened);
  return problem(
    opened ? 'warn' : 'info',
    `${counted(left.length, 'session')} put aside before, or left behind: ${left.map(({ path }) => path).join(', ')}`,
    opened
      ? run(LOGIN, 'log in again: a token in it can still be read, and is revoked then')
      : run('spec-kitty auth doctor --reset', `take it away; what nobody can read of it ${endsAt(issuer)}`),
  );
}

function isState({ path }: StoreFault): boolean {
  return /[/\\]state\.json$/.test(path);
}

/** How a person ends a login that nothing on this machine can open. */
export function endsAt(issuer: string | null): string {
  return issuer === null
    ? 'can be ended at its server alone'
    : `can be ended at ${issuer} alone (on /sessions, if that is a Teamspace)`;
}
