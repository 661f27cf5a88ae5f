import {
  type DoctorActions,
  doctorReport,
  exitCodeOf,
  resetWithoutSweep,
} from '@spec-kitty/core/auth-doctor/doctor-report';
import { Fault } from '@spec-kitty/core/fault';
import { notAsked, type ServerSession } from '@spec-kitty/core/auth-doctor/server-session';
import { AuthExaminer, type ExaminerOptions } from '@spec-kitty/local/auth-doctor/auth-examiner';
import type { AppContext } from '../../context.ts';
import { doctorFailure, reportFailure, reportOf } from '../../report-failure.ts';
import { version } from '../../version.ts';
import { doctorLines } from './doctor-lines.ts';

interface Flags {
  readonly reset: boolean;
  readonly force: boolean;
  readonly unstickLock: boolean;
  readonly stuckThreshold: number;
  readonly server: boolean;
  readonly json: boolean;
}

/** The doctor itself has failed, which is no answer about the login. */
const FAILED = 2;

/** Says what is wrong with the login of this user, and what mends it; changes nothing unless told to. */
export async function authDoctor(this: AppContext, flags: Flags): Promise<void> {
  await examineAuth.call(this, flags);
}

/** As {@link authDoctor}. @param ports of daemons, for tests that may not use those of everybody. */
export async function examineAuth(
  this: AppContext,
  { reset, force, unstickLock, stuckThreshold, server, json }: Flags,
  ports?: ExaminerOptions['ports'],
): Promise<void> {
  if (force && !reset)
    throw new Fault('usage', 'USAGE_ERROR', '--force goes with --reset alone.', {
      hints: ['Run `spec-kitty auth doctor --reset --force`, or leave --force out.'],
    });
  try {
    const { cwd, env, clock, stderr: warn } = this;
    const stuckMs = stuckThreshold * 1000;
    const examiner = new AuthExaminer({ cwd, env, clock, version, stuckMs, warn, ...(ports && { ports }) });
    const before = examiner.stored();
    const scan = await examiner.scan();
    const actions: DoctorActions = {
      reset: reset ? resetWithoutSweep(scan.orphans, examiner.sweep()) : null,
      lock: unstickLock ? examiner.unstick() : null,
      server: server ? await askServer(examiner) : null,
    };
    // A refresh for the server is a change of our own.
    const facts = examiner.facts(scan, server ? examiner.stored() : before, actions.server);
    const report = doctorReport(facts, actions);
    this.show(json, report, () => doctorLines(facts, actions).join('\n'));
    this.exit.code = exitCodeOf(report.findings, actions);
  } catch (error) {
    // broad-catch: reports what the file system or a bug put in the way as the doctor's own failure, with its code: it is no finding
    if (json) this.show(json, doctorFailure(error), () => '');
    else reportFailure(error, 'text', this);
    this.exit.code = FAILED;
  }
}

async function askServer(examiner: AuthExaminer): Promise<ServerSession> {
  try {
    return await examiner.server();
  } catch (error) {
    // broad-catch: reports what this machine put in the way of the question as its answer, beside the findings
    const { kind, error: message, hints } = reportOf(error);
    if (kind === 'bug') throw error;
    return notAsked(message, hints[0] ?? null);
  }
}
