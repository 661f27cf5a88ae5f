import path from 'node:path';
import {
  type DaemonScope,
  identifyDaemon,
  type Listener,
  SYNC_PORTS,
} from '@spec-kitty/core/auth-doctor/daemon-identity';
import type { PortScan } from '@spec-kitty/core/auth-doctor/doctor-facts';
import type { HttpAnswer } from '@spec-kitty/core/session/http-answer';
import { sendRequest } from '../session/http-client.ts';
import { readRecordedDaemon } from './recorded-daemon.ts';
import { listenerProcesses } from './listener-processes.ts';

/** For everything: asking, and finding out whose the ports are. */
const WITHIN_MS = 1000;
const ANSWER_MS = 600;
/** What is left when the answers are in. */
const LOOK_MS = 300;

/** Which ports are looked at, and whose daemons are one's own. */
export interface ScanOptions {
  /** Folder of this user's logins; daemons of the predecessor keep their record beside it. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ports?: DaemonScope['ports'];
}

/** Looks at who listens on the ports of daemons, all at once and for a second at most; nobody is signalled or sent a token. */
export async function scanPorts({ root, env, ports = SYNC_PORTS }: ScanOptions): Promise<PortScan> {
  const begunMs = performance.now();
  const scope: DaemonScope = {
    root: path.dirname(root),
    recorded: readRecordedDaemon(path.dirname(root)),
    ports,
  };
  const all = Array.from({ length: ports.before - ports.from }, (_, at) => ports.from + at);
  const answers = await Promise.all(all.map(async (port) => ({ port, answer: await ask(port) })));
  const open = answers.filter(({ answer }) => isListening(answer));
  const withinMs = Math.min(LOOK_MS, WITHIN_MS - (performance.now() - begunMs));
  const owners = await listenerProcesses(new Set(open.map(({ port }) => port)), { env, withinMs });
  const found = open.map(({ port, answer }) =>
    identifyDaemon(listenerOf(port, answer, owners.of(port)), scope),
  );
  const { recorded } = scope;
  const singleton = found.find(({ is_recorded_singleton: is }) => is) ?? null;
  return {
    orphans: found.filter(({ cleanup_class: cleanup }) => cleanup !== 'never_touch'),
    recorded: recorded && {
      ...recorded,
      found: singleton?.identity_source === 'health_self_report' ? singleton : null,
    },
    isComplete: owners.isComplete && answers.every(({ answer }) => isSettled(answer)),
  };
}

/** A daemon of ours answers at once; the address is written out, as a name could lead elsewhere. */
function ask(port: number): Promise<HttpAnswer> {
  return sendRequest({ method: 'GET', url: `http://127.0.0.1:${port}/api/health`, withinMs: ANSWER_MS });
}

function isListening(answer: HttpAnswer): boolean {
  return answer.kind === 'answer' || answer.sent;
}

/** Nobody is there, or somebody was talked to. */
function isSettled(answer: HttpAnswer): boolean {
  return isListening(answer) || (answer.kind === 'failed' && answer.cause !== 'timeout');
}

function listenerOf(port: number, answer: HttpAnswer, owner: Pick<Listener, 'pid' | 'argv'>): Listener {
  const answered = answer.kind === 'answer';
  const body = answered && answer.status === 200 ? answer.body : undefined;
  return { port, ...owner, health: { answered, body } };
}
