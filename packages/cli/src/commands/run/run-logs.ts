import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { findPackage } from '@spec-kitty/core/mission/find-package';
import { printable } from '@spec-kitty/core/printable';
import type { Attempt } from '@spec-kitty/core/run/run-state';
import { readText } from '@spec-kitty/local/files/plain-file';
import { moment } from '../../render/moment.ts';
import type { AppContext } from '../../context.ts';
import { lastRun, openRun, type OpenedRun } from './open-run.ts';

interface Flags {
  readonly mission?: string;
  readonly follow: boolean;
  readonly json: boolean;
}

const LOOK_MS = 300;

/** Prints what the agents of a package printed. */
export async function runLogs(this: AppContext, { mission, follow, json }: Flags, id: string): Promise<void> {
  if (follow && json)
    throw new Fault('usage', 'USAGE_ERROR', 'Give --follow or --json, not both.', {
      hints: ['`spec-kitty run --json` prints events while they happen.'],
    });
  const workspace = await this.workspace();
  const view = await workspace.view(mission);
  const wp = findPackage(view, id).id;
  const look = () => openRun(workspace, view.mission);
  lastRun(look(), view.mission);
  if (follow) await new Following(this, wp, look).toTheEnd();
  else {
    const opened = look();
    const attempts = attemptsOf(opened, wp).map((attempt) => ({
      attempt: attempt.id,
      role: attempt.role,
      agent: attempt.agent,
      started_at: attempt.startedAt,
      ended_at: attempt.end?.at ?? null,
      log: opened.logOf(attempt.id),
      output: readText(opened.logOf(attempt.id)) ?? '',
    }));
    this.show(json, { wp_id: wp, attempts }, () =>
      attempts.length === 0
        ? `No agent has worked on ${wp}.`
        : attempts.map((one) => `${heading(one)}\n${one.output.trimEnd()}`).join('\n\n'),
    );
  }
}

function heading({
  role,
  agent,
  started_at: from,
}: {
  role: string;
  agent: string;
  started_at: string;
}): string {
  return `== ${agent}, ${role}, ${moment(from)}`;
}

function attemptsOf({ runs }: OpenedRun, wp: string): readonly Attempt[] {
  return runs.flatMap(({ attempts }) => attempts).filter((attempt) => attempt.wp === wp);
}

/** Prints what comes until the engine is gone, and the package's attempts with it. */
class Following {
  readonly #context: AppContext;
  readonly #wp: string;
  readonly #look: () => OpenedRun;
  readonly #printed = new Map<string, number>();

  constructor(context: AppContext, wp: string, look: () => OpenedRun) {
    this.#context = context;
    this.#wp = wp;
    this.#look = look;
  }

  async toTheEnd(): Promise<void> {
    for (;;) {
      const opened = this.#look();
      this.#print(opened);
      if (opened.engine === null) return;
      await pause(LOOK_MS);
    }
  }

  #print(opened: OpenedRun): void {
    for (const attempt of attemptsOf(opened, this.#wp)) {
      const before = this.#printed.get(attempt.id);
      if (before === undefined)
        this.#context.stdout(`${heading({ ...attempt, started_at: attempt.startedAt })}\n`);
      const output = readText(opened.logOf(attempt.id)) ?? '';
      const end = output.lastIndexOf('\n') + 1;
      if (end > (before ?? 0)) this.#context.stdout(printable(output.slice(before ?? 0, end)));
      this.#printed.set(attempt.id, Math.max(end, before ?? 0));
    }
  }
}
