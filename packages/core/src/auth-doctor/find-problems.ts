import { isOver, sameGrant, type Session } from '../session/session.ts';
import { shellWord } from '../shell-word.ts';
import { endLine } from '../session/end-reason.ts';
import { explainStoreFault, isReplacedByLogin, isStoreFault, UPGRADE } from '../session/store-fault.ts';
import type { StoredSession, StoreFault } from '../session/stored-session.ts';
import type { AuthFinding, Remedy, Severity } from './doctor-finding.ts';
import type { DoctorFacts } from './doctor-facts.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** A refresh token that ends sooner is worth a word. */
const SOON_MS = 7 * DAY_MS;
/** A clock that is further off is wrong (A§3.4). */
const SKEW_MS = MINUTE_MS;
/** Less than any write of a login takes. */
const FEW_BYTES = 1024 * 1024;

type Problem = Omit<AuthFinding, 'id'>;
type Rule = (facts: DoctorFacts) => Problem | undefined;

/** Everything that is looked for, in the order in which it is told; a number keeps its meaning for ever. */
const RULES: Readonly<Record<string, Rule>> = {
  'F-001': noSession,
  'F-002': orphans,
  'F-003': stuckLock,
  'F-004': otherVersion,
  'F-005': noDaemon,
  'F-006': changedMeanwhile,
  'F-007': otherHost,
  'F-008': unreadableStore,
  'F-009': insecureStore,
  'F-010': wrongKey,
  'F-011': unfinishedRefresh,
  'F-012': otherServer,
  'F-013': abandonedRecord,
  'F-014': wrongClock,
  'F-015': networkFolder,
  'F-016': endsSoon,
  'F-017': unwritable,
  'F-018': repositorySettings,
  'F-019': uncounted,
  'F-020': unusableServer,
};

/** What is wrong, from facts alone. */
export function findProblems(facts: DoctorFacts): readonly AuthFinding[] {
  return Object.entries(RULES).flatMap(([id, rule]) => {
    const found = rule(facts);
    return found ? [{ id, ...found }] : [];
  });
}

function problem(severity: Severity, summary: string, remediation: Remedy | null = null): Problem {
  return { severity, summary, remediation };
}

const run = (command: string, description: string): Remedy => ({ command, description });
const advise = (description: string): Remedy => ({ command: null, description });

function sessionOf({ stored }: DoctorFacts): Session | undefined {
  return stored.kind === 'ok' ? stored.session : undefined;
}

function faultOf<K extends StoreFault['kind']>(
  stored: StoredSession,
  ...kinds: readonly K[]
): Extract<StoreFault, { readonly kind: K }> | undefined {
  const isOne = isStoreFault(stored) && (kinds as readonly string[]).includes(stored.kind);
  return isOne ? (stored as Extract<StoreFault, { readonly kind: K }>) : undefined;
}

function noSession({ stored, nowMs }: DoctorFacts): Problem | undefined {
  const why = whyNone(stored, nowMs);
  if (why === undefined) return undefined;
  return problem('critical', 'No active session', run('spec-kitty auth login', `${why}; log in`));
}

function whyNone(stored: StoredSession, nowMs: number): string | undefined {
  if (stored.kind === 'absent') return 'nobody has logged in here';
  if (stored.kind === 'ended') return `last login ended ${endLine(stored.reason, stored.atMs)}`;
  if (stored.kind !== 'ok' || !isOver(stored.session, nowMs)) return undefined;
  const endedMs = stored.session.tokens.refreshExpiresAtMs ?? nowMs;
  return `last login ended ${endLine('absolute_lifetime', endedMs)}`;
}

function orphans({ scan }: DoctorFacts): Problem | undefined {
  const ports = scan.orphans.map(({ port }) => port);
  if (ports.length === 0) return undefined;
  const summary = `${ports.length} orphan daemon(s) detected on port(s) ${ports.join(', ')}`;
  return problem('warn', summary, advise('This version cannot end them; end the processes by their ids.'));
}

function stuckLock({ lock, nowMs, stuckMs, host }: DoctorFacts): Problem | undefined {
  if (!isStuck(lock, nowMs, stuckMs)) return undefined;
  const age = Math.floor((nowMs - (lock.sinceMs ?? nowMs)) / 1000);
  const summary = `Refresh lock stuck (age ${age}s > threshold ${stuckMs / 1000}s)`;
  if (lock.releasable)
    return problem(
      'critical',
      summary,
      run('spec-kitty auth doctor --unstick-lock', 'once its holder no longer runs'),
    );
  const { holder } = lock;
  if (holder?.host === host)
    return problem(
      'critical',
      summary,
      run(`kill ${holder.pid}`, `process ${holder.pid} on ${host} still holds it; end it if it hangs`),
    );
  const who = holder ? `Process ${holder.pid} on ${holder.host || host}` : 'Somebody';
  return problem('critical', summary, advise(`${who} still holds it; end that process if it hangs.`));
}

/** Whether a lock is held for longer than anybody should. */
export function isStuck(
  { state, sinceMs }: Pick<DoctorFacts['lock'], 'state' | 'sinceMs'>,
  nowMs: number,
  stuckMs: number,
): boolean {
  return state === 'held' && sinceMs !== null && nowMs - sinceMs > stuckMs;
}

function otherVersion({ scan: { recorded }, version }: DoctorFacts): Problem | undefined {
  const running = recorded?.found?.package_version ?? version;
  if (running === version) return undefined;
  const summary = `Daemon version mismatch (running=${running}, installed=${version})`;
  return problem('warn', summary, advise('End the daemon by its process id; nothing here needs it.'));
}

function noDaemon({ scan: { recorded }, isHosted }: DoctorFacts): Problem | undefined {
  if (recorded && !recorded.found)
    return problem(
      'info',
      `The recorded sync daemon does not answer (process ${recorded.pid}, port ${recorded.port})`,
      advise('Nothing here needs it; its record is replaced when one starts.'),
    );
  return isHosted && !recorded ? problem('info', 'No sync daemon is running') : undefined;
}

/** Whether the login was changed while the doctor looked. */
export function hasChanged({ stored, storedLast }: DoctorFacts): boolean {
  if (stored.kind !== 'ok' || storedLast.kind !== 'ok') return stored.kind !== storedLast.kind;
  return !sameGrant(stored.session, storedLast.session);
}

function changedMeanwhile(facts: DoctorFacts): Problem | undefined {
  if (!hasChanged(facts) || facts.lock.state === 'held') return undefined;
  const summary = 'Persisted session differs from in-memory state';
  return problem('warn', summary, run('spec-kitty auth doctor', 'the login was changed while this ran'));
}

function otherHost({ lock: { holder, state }, host }: DoctorFacts): Problem | undefined {
  // Where nobody holds it, the record alone is left behind (F-013).
  if (!holder || holder.host === host || state !== 'held') return undefined;
  return problem(
    'warn',
    `Lock holder is on a different host (${holder.host || 'unknown'})`,
    advise(`See there whether process ${holder.pid} still runs.`),
  );
}

function unreadableStore({ stored }: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'corrupt', 'unsupported_version', 'unreadable');
  if (!fault) return undefined;
  const summary = `The session cannot be read, since ${explainStoreFault(fault)}: ${fault.path}`;
  if (fault.kind === 'unsupported_version')
    return problem('critical', summary, run(UPGRADE, 'a later version has written it'));
  if (fault.kind === 'corrupt')
    return problem(
      'critical',
      summary,
      run('spec-kitty auth login --force', 'log in again; what cannot be read is kept aside'),
    );
  if (fault.why === 'io')
    return problem(
      'critical',
      summary,
      advise('The disk, or the connection to it, fails: look at that first.'),
    );
  const mode = isReplacedByLogin(fault) ? 600 : 700;
  return problem(
    'critical',
    summary,
    run(`chmod ${mode} ${shellWord(fault.path)}`, 'make it readable to you alone'),
  );
}

function insecureStore({ stored, misplaced }: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'insecure') ?? misplaced;
  if (!fault) return undefined;
  const summary = `The session is not trusted, since ${explainStoreFault(fault)}: ${fault.path}`;
  return problem('critical', summary, mendInsecure(fault));
}

function mendInsecure(fault: StoreFault): Remedy {
  if (isReplacedByLogin(fault))
    return run(
      'spec-kitty auth login --force',
      'log in again; the login that others may have read is revoked',
    );
  const path = shellWord(fault.path);
  if (fault.kind === 'insecure' && fault.why === 'mode')
    return run(`chmod 700 ${path}`, 'make the folder open to you alone');
  if (fault.kind === 'insecure' && fault.why === 'owner')
    return run(`sudo chown "$(id -un)" ${path}`, 'make the folder yours');
  const aside = shellWord(`${fault.path}.aside`);
  return run(`mv ${path} ${aside}`, 'move away what is there; it is made anew');
}

function wrongKey({ stored }: DoctorFacts): Problem | undefined {
  const fault = faultOf(stored, 'wrong_key');
  return (
    fault &&
    problem(
      'critical',
      `The key of the session is missing, or is another one: ${fault.path}`,
      run('spec-kitty auth login --force', 'log in again, or put the file `key` back that was there'),
    )
  );
}

function unfinishedRefresh({ stored, unfinished, lock }: DoctorFacts): Problem | undefined {
  if (stored.kind !== 'ok' || unfinished?.epoch !== stored.epoch || lock.state === 'held') return undefined;
  return problem(
    'warn',
    'A refresh was begun and never came to its end; its new token may be lost',
    run('spec-kitty auth doctor --server', 'ask the server whether the login still holds'),
  );
}

function otherServer(facts: DoctorFacts): Problem | undefined {
  const { configured } = facts;
  const issuer = sessionOf(facts)?.issuer;
  if (issuer === undefined || configured?.kind !== 'origin' || configured.origin === issuer) return undefined;
  return problem(
    'warn',
    `The session is for ${issuer}, and SPEC_KITTY_SAAS_URL names ${configured.origin}`,
    run(
      `spec-kitty auth login --server ${shellWord(configured.origin)}`,
      'log in there, or correct SPEC_KITTY_SAAS_URL',
    ),
  );
}

function abandonedRecord({ lock }: DoctorFacts): Problem | undefined {
  if (lock.state !== 'abandoned_record') return undefined;
  const who = lock.holder ? ` (process ${lock.holder.pid})` : '';
  return problem(
    'info',
    `The refresh lock has the record of a holder that is gone${who}`,
    advise('Nothing to do: the next refresh replaces it.'),
  );
}

function wrongClock(facts: DoctorFacts): Problem | undefined {
  const ahead = (sessionOf(facts)?.tokens.issuedAtMs ?? 0) - facts.nowMs;
  if (ahead <= SKEW_MS) return undefined;
  return problem(
    'warn',
    `The access token was issued ${Math.floor(ahead / 1000)}s in the future by this clock`,
    advise('Set the clock of this machine.'),
  );
}

function networkFolder({ place: { network, path } }: DoctorFacts): Problem | undefined {
  if (network === null) return undefined;
  return problem(
    'warn',
    `Logins are kept on a network file system (${network}): ${path}`,
    advise('Set SPEC_KITTY_HOME to a folder on a disk of this machine; locks are not sure there.'),
  );
}

function endsSoon(facts: DoctorFacts): Problem | undefined {
  const left = (sessionOf(facts)?.tokens.refreshExpiresAtMs ?? Number.POSITIVE_INFINITY) - facts.nowMs;
  if (left <= 0 || left > SOON_MS) return undefined;
  const days = Math.floor(left / DAY_MS);
  return problem(
    'info',
    `The login ends in ${days < 1 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`}`,
    run('spec-kitty auth login --force', 'log in again at a moment of your choice'),
  );
}

function unwritable({ place, stored }: DoctorFacts): Problem | undefined {
  const { isWritable, freeBytes, path } = place;
  // What is no folder cannot be made writable (F-009).
  if (faultOf(stored, 'insecure')?.why === 'not_a_plain_file') return undefined;
  if (!isWritable)
    return problem(
      'critical',
      `Logins cannot be written: ${path}`,
      run(`chmod u+rwx ${shellWord(path)}`, 'or set SPEC_KITTY_HOME to a folder that you may write'),
    );
  if (freeBytes === null || freeBytes >= FEW_BYTES) return undefined;
  return problem('critical', `The disk is full: ${path}`, advise('Free some space on it.'));
}

function repositorySettings({ repositoryEnv: env }: DoctorFacts): Problem | undefined {
  if (!env || env.blocked.length === 0) return undefined;
  return problem(
    'warn',
    `A file of this repository sets ${env.blocked.join(', ')}, which is not applied: ${env.path}`,
    advise('Take it out of the file, unless another program needs it there.'),
  );
}

function uncounted({ stored, isCounted }: DoctorFacts): Problem | undefined {
  if (stored.kind !== 'ok' || isCounted) return undefined;
  return problem(
    'warn',
    'The count of logins and logouts is gone, without which one that is over cannot be told',
    run('spec-kitty auth login --force', 'log in again, which counts anew'),
  );
}

function unusableServer({ configured, configFault }: DoctorFacts): Problem | undefined {
  if (configured && configured.kind !== 'origin')
    return problem(
      'warn',
      'SPEC_KITTY_SAAS_URL names no server that tokens may be sent to',
      run('unset SPEC_KITTY_SAAS_URL', `or correct it, since ${configured.why}`),
    );
  if (configFault === null) return undefined;
  return problem(
    'warn',
    configFault,
    advise('Correct the file, or take server_url out of it and set SPEC_KITTY_SAAS_URL.'),
  );
}
