import type { LockState } from '../ports/lock.ts';
import type { UnfinishedRefresh } from '../ports/session/session-store.ts';
import type { ServerUrl } from '../session/server-url.ts';
import type { StoredSession, StoreFault } from '../session/stored-session.ts';
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

/** All that the doctor looks at; gathered without changing anything. */
export interface DoctorFacts {
  readonly nowMs: number;
  /** Folder of all logins of this user. */
  readonly root: string;
  readonly stored: StoredSession;
  /** The same, read when everything else had been looked at. */
  readonly storedLast: StoredSession;
  /** What lies in the place of a file beside the session. */
  readonly misplaced: StoreFault | null;
  /** Whether logins and logouts are counted, as far as there is a session. */
  readonly isCounted: boolean;
  readonly unfinished: UnfinishedRefresh | null;
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
  /** Whether this machine takes part in the hosted service. */
  readonly isHosted: boolean;
  /** Version of this program. */
  readonly version: string;
}
