import type { LockState } from '../ports/lock.ts';
import type { UnfinishedRefresh } from '../ports/session/session-store.ts';
import type { ConfigExposure } from '../login/config-exposure.ts';
import type { ServerUrl } from '../session/server-url.ts';
import type { StoredSession, StoreFault } from '../session/stored-session.ts';
import type { ServerSession } from './server-session.ts';
import type { DaemonIdentity, RecordedDaemon } from './daemon-identity.ts';

/** The folder of logins, as far as the disk below it goes. */
export interface AuthPlace {
  /** The folder itself, or where it would be made. */
  readonly path: string;
  readonly isWritable: boolean;
  /** `null` where the system does not tell. */
  readonly freeBytes: number | null;
  /** Kind of network file system; `null` for a disk of this machine, and where nobody can tell. */
  readonly network: string | null;
}

/** Who listens on the ports of daemons. */
export interface PortScan {
  /** Everybody who could be a daemon, except the recorded one. */
  readonly orphans: readonly DaemonIdentity[];
  /** The daemon that the state file names; `null` where it names none. */
  readonly recorded: (RecordedDaemon & { readonly found: DaemonIdentity | null }) | null;
  /** Whether all ports answered or refused within the time that a scan may take. */
  readonly isComplete: boolean;
}

/** Settings of a repository that would put a login at risk if they were applied, which they never are. */
export interface RepositoryEnv {
  readonly path: string;
  readonly blocked: readonly string[];
}

/** A file with a session in it that no command uses. */
export interface Leftover {
  readonly path: string;
  readonly isOpened: boolean;
}

/** All that the doctor looks at; gathered without changing anything. */
export interface DoctorFacts {
  readonly nowMs: number;
  /** Folder of all logins of this user. */
  readonly root: string;
  readonly stored: StoredSession;
  /** The same, read when everything else had been looked at. */
  readonly storedLast: StoredSession;
  /** What is wrong with a file beside the session, which a refresh needs. */
  readonly misplaced: StoreFault | null;
  /** The server whose login is looked at; `null` where nobody knows of any. */
  readonly issuer: string | null;
  /** The server that a login goes to where it is told none; `null` where it would be refused. */
  readonly loginServer: string | null;
  /** What is wrong with the file that names the server of the last login. */
  readonly lastServer: StoreFault | null;
  /** Every other server that there is a session of. */
  readonly otherServers: readonly string[];
  /** Sessions that were put aside, or begun; and whether a key that is there opens them. */
  readonly leftovers: readonly Leftover[];
  /** Whether logins and logouts are counted, as far as there is a session. */
  readonly isCounted: boolean;
  readonly unfinished: UnfinishedRefresh | null;
  /** What the server says of the login; `null` where it was not asked. */
  readonly server: ServerSession | null;
  readonly lock: LockState;
  /** Name of this machine. */
  readonly host: string;
  /** Age from which a held lock is stuck. */
  readonly stuckMs: number;
  readonly scan: PortScan;
  readonly place: AuthPlace;
  readonly repositoryEnv: RepositoryEnv | null;
  /** What `SPEC_KITTY_SAAS_URL` says; `null` where it is not set. */
  readonly configured: ServerUrl | null;
  /** What keeps `config.toml` from naming a server; `null` where it names one, or none. */
  readonly configFault: string | null;
  /** How another user could choose the server of a login. */
  readonly configExposure: ConfigExposure | null;
  /** Whether this machine takes part in the hosted service. */
  readonly isHosted: boolean;
  /** Version of this program. */
  readonly version: string;
}
