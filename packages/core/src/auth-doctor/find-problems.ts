import { isFresh, isOver, sameGrant, type Session } from '../session/session.ts';
import { shellWord } from '../shell-word.ts';
import { endLine } from '../session/end-reason.ts';
import { GONE, OUTDATED } from '../session/store-fault.ts';
import type { StoredSession } from '../session/stored-session.ts';
import { advise, type AuthFinding, type Problem, problem, run } from './doctor-finding.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import { RE_AUTHENTICATE } from './server-session.ts';
import type { UnfinishedRefresh } from '../ports/session/session-store.ts';
import {
  damagedServerFile,
  endsAt,
  faultOf,
  insecureStore,
  leftovers,
  unreadableStore,
  wrongKey,
} from './store-problems.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** A refresh token that ends sooner is worth a word. */
const SOON_MS = 7 * DAY_MS;
/** A clock that is further off is wrong (A§3.4). */
const SKEW_MS = MINUTE_MS;
/** Less than any write of a login takes. */
const FEW_BYTES = 1024 * 1024;

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
  'F-021': damagedServerFile,
  'F-022': leftovers,
  'F-023': unconfirmed,
};

/** What is wrong, from facts alone. */
export function findProblems(facts: DoctorFacts): readonly AuthFinding[] {
  return Object.entries(RULES).flatMap(([id, rule]) => {
    const found = rule(facts);
    return found ? [{ id, ...found }] : [];
  });
}

function sessionOf({ stored }: DoctorFacts): Session | undefined {
  return stored.kind === 'ok' ? stored.session : undefined;
}

function noSession(facts: DoctorFacts): Problem | undefined {
  const { stored, nowMs, issuer, lastServer, otherServers, server, loginServer } = facts;
  // By the clock alone it is over, which is F-014.
  if (server?.active) return undefined;
  const why = stored.kind === 'absent' ? whyAbsent(stored, facts) : whyOver(stored, nowMs);
  // Which of several logins is the one in use is told by F-021.
  if (why === undefined || (issuer === null && lastServer && otherServers.length > 0)) return undefined;
  const [command, where] =
    loginServer === null
      ? ['spec-kitty auth login --server <url>', ' at your server, as none is named here']
      : ['spec-kitty auth login', ''];
  const toDo = `${why}; log in${where}${otherServers.map(orUse).join('')}`;
  return problem('critical', 'No active session', run(command, toDo));
}

/** A login that is there, and that commands do not use. */
function orUse(server: string): string {
  const at = `--server ${shellWord(server)}`;
  return `; there is a login at ${server}: \`spec-kitty auth login ${at}\` goes on with it, \`spec-kitty auth logout ${at}\` ends it`;
}

function whyAbsent(
  { outdated, gone }: Extract<StoredSession, { readonly kind: 'absent' }>,
  { issuer, otherServers }: DoctorFacts,
): string {
  if (outdated !== undefined) return `${OUTDATED} (${outdated})`;
  if (gone !== undefined) return `${GONE} (${gone}); what the server keeps of it ${endsAt(issuer)}`;
  const isUnnamed = issuer === null && otherServers.length > 0;
  return isUnnamed ? 'nothing says which login is to be used' : 'nobody has logged in here';
}

function whyOver(stored: StoredSession, nowMs: number): string | undefined {
  if (stored.kind === 'ended') {
    const left = stored.outdated === undefined ? '' : `; ${OUTDATED} (${stored.outdated})`;
    return `last login ended ${endLine(stored.reason, stored.atMs)}${left}`;
  }
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
  if (holder?.host === host && lock.isProven)
    return problem(
      'critical',
      summary,
      run(`kill ${holder.pid}`, `process ${holder.pid} on ${host} still holds it; end it if it hangs`),
    );
  const who = holder
    ? `Process ${holder.pid} on ${holder.host || host} is said to hold it`
    : 'Somebody holds it whom nothing names';
  return problem('critical', summary, advise(`${who}; see which process that is, and whether it hangs.`));
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

function unfinishedRefresh(facts: DoctorFacts): Problem | undefined {
  const { stored, unfinished, lock, nowMs } = facts;
  if (stored.kind !== 'ok' || lock.state === 'held' || !isOf(unfinished, stored)) return undefined;
  if (!isLost(facts))
    return problem(
      'warn',
      'A refresh was begun and never came to its end; its new token may be lost',
      isAskedInVain(facts)
        ? advise(
            'Its server was asked just now, in vain; the next refresh finishes it, as far as the server allows.',
          )
        : run('spec-kitty auth doctor --server', 'finish it, as far as the server allows'),
    );
  const isGood = isFresh(stored.session, nowMs, 0);
  return problem(
    isGood ? 'warn' : 'critical',
    `The answer to the last refresh was lost, and the server does not give it again${isGood ? '; the login ends with its access token' : ''}`,
    run('spec-kitty auth login --force', 'log in again; no refresh can help any more'),
  );
}

/** Whether the token after the stored one is with nobody, so that no refresh can help any more. */
export function isLost({ stored, unfinished, lock }: DoctorFacts): boolean {
  return stored.kind === 'ok' && lock.state !== 'held' && isOf(unfinished, stored) && unfinished.isSpent;
}

/** Whether asking the server again is no advice: that has just been done. */
function isAskedInVain({ server }: DoctorFacts): boolean {
  return server !== null && !server.active;
}

/** Whether a refresh that was begun is one of the tokens that are stored. */
function isOf(
  unfinished: UnfinishedRefresh | null,
  { session, epoch }: Extract<StoredSession, { readonly kind: 'ok' }>,
): unfinished is UnfinishedRefresh {
  return unfinished?.epoch === epoch && unfinished.issuedAtMs === session.tokens.issuedAtMs;
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
  const { holder, verdict } = lock;
  if (holder && verdict === 'unknown')
    return problem(
      'info',
      `The refresh lock has the record of a holder that is not seen from here (process ${holder.pid} on ${holder.host || 'unknown'})`,
      advise(
        'See there whether it still runs; if it does not, the next refresh here replaces the record. Machines that share this folder are not kept apart for sure: set SPEC_KITTY_HOME to a folder of its own on each.',
      ),
    );
  const who = holder ? ` (process ${holder.pid})` : '';
  return problem(
    'info',
    `The refresh lock has the record of a holder that is gone${who}`,
    advise('Nothing to do: the next refresh replaces it.'),
  );
}

function wrongClock(facts: DoctorFacts): Problem | undefined {
  const { stored, nowMs, server } = facts;
  if (stored.kind === 'ok' && isOver(stored.session, nowMs) && server?.active)
    return problem(
      'warn',
      'The login is over by this clock, and holds by that of the server',
      advise('Set the clock of this machine: it is ahead.'),
    );
  const aheadMs = stored.kind === 'ok' ? stored.session.tokens.issuedAtMs - nowMs : 0;
  if (aheadMs <= SKEW_MS) return undefined;
  return problem(
    'warn',
    `The access token was issued ${Math.floor(aheadMs / 1000)}s in the future by this clock, which was ahead then or is behind now`,
    isAskedInVain(facts)
      ? advise('Set the clock, if it is wrong now; once the server answers, a refresh does the rest.')
      : run('spec-kitty auth doctor --server', 'refresh the login; set the clock first, if it is wrong now'),
  );
}

/** Whether a refresh mends what is found, however long the access token is good for. */
export function isRefreshDue(
  stored: StoredSession,
  unfinished: UnfinishedRefresh | null,
  nowMs: number,
): boolean {
  if (stored.kind !== 'ok') return false;
  return isOf(unfinished, stored) || stored.session.tokens.issuedAtMs - nowMs > SKEW_MS;
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
  // What is no folder, or somebody else's, cannot be made writable (F-009); one that nobody can look into is told (F-008).
  if (['not_a_plain_file', 'owner'].includes(faultOf(stored, 'insecure')?.why ?? '')) return undefined;
  if (faultOf(stored, 'unreadable')?.path === path) return undefined;
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

/** What else is found says more about the cause. */
function unconfirmed({ server, stored, misplaced, unfinished }: DoctorFacts): Problem | undefined {
  if (!server || server.error === null || stored.kind !== 'ok' || misplaced) return undefined;
  if (isOf(unfinished, stored) && unfinished.isSpent) return undefined;
  if (server.error === RE_AUTHENTICATE)
    return problem(
      'critical',
      'The server does not accept the login',
      run('spec-kitty auth login --force', 'log in again'),
    );
  return problem(
    'warn',
    `Whether the login holds is not known, as its server was asked in vain: ${server.error}`,
    server.next_action === null ? null : advise(server.next_action),
  );
}
