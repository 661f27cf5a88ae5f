import type { HttpAnswer } from '../../session/http-answer.ts';
import type { StoredSession } from '../../session/stored-session.ts';

/** What hosted readiness looks at; a probe that throws is a finding, not an end. */
export interface ReadinessProbes {
  /** The login that this program would work with, on disk alone. */
  session(): Promise<StoredSession>;
  /** Asks a server once whether it is there, for two seconds at most. */
  reach(origin: string): Promise<HttpAnswer>;
  /** Whether the repository is bound to a tracker. */
  isBound(): Promise<boolean>;
}
