import { missionBoard } from '@spec-kitty/core/board/mission-board';
import { printable } from '@spec-kitty/core/printable';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { Activity } from '@spec-kitty/core/run/run-ports';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import type { Attempt, RunState } from '@spec-kitty/core/run/run-state';
import type { AppContext } from '../../../context.ts';
import { overviewDocument } from './overview-document.ts';
import { renderOverview } from './render-overview.ts';
import { runEvent } from './run-event.ts';
import { recordSentence } from './run-sentences.ts';

/** Shows a run while it goes on. */
export interface RunShown {
  told(record: RunRecord, run: RunState): void;
  /** Nothing more comes. */
  end(): void;
}

/** What a view of a run looks at. */
export interface Watched {
  readonly mission: string;
  readonly view: () => Promise<MissionView>;
  readonly logOf: (attempt: string) => string;
  readonly actions: (attempt: Attempt) => Omit<Activity, 'usage'>;
}

/** One JSON event a line, for programs. */
export function eventLines({ stdout }: Pick<AppContext, 'stdout'>, { mission, logOf }: Watched): RunShown {
  return {
    told(record, { runId, attempts }) {
      const attempt = 'attempt' in record ? attempts.find(({ id }) => id === record.attempt) : undefined;
      stdout(`${JSON.stringify(runEvent(record, { mission, runId, attempt, logOf }))}\n`);
    },
    end: () => undefined,
  };
}

/** One line for each thing that happens, for pipes and for reading later. */
export function plainLines({ stdout }: Pick<AppContext, 'stdout'>): RunShown {
  return {
    told(record, { attempts }) {
      const line = lineOf(record, attempts);
      if (line !== undefined) stdout(`${line}\n`);
    },
    end: () => undefined,
  };
}

function lineOf(record: RunRecord, attempts: readonly Attempt[]): string | undefined {
  const attempt = 'attempt' in record ? attempts.find(({ id }) => id === record.attempt) : undefined;
  const same = attempts.filter(({ wp, role }) => wp === attempt?.wp && role === attempt.role);
  const number = same.findIndex(({ id }) => id === attempt?.id) + 1;
  const sentence = recordSentence(record, attempt, number);
  return sentence === undefined ? undefined : `${record.at.slice(11, 19)}  ${printable(sentence)}`;
}

const REDRAW_MS = 1000;
const MOST_ROWS = 40;

/** The board with what everybody is at, drawn anew each second below the lines of what has happened. */
export class LiveView implements RunShown {
  readonly #context: Pick<AppContext, 'stdout' | 'stderr' | 'columns'>;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  #run: RunState | undefined;
  #view: Promise<MissionView> | undefined;
  #drawn = 0;
  #ended = false;

  constructor(context: Pick<AppContext, 'stdout' | 'stderr' | 'columns'>, watched: Watched) {
    this.#context = context;
    this.#watched = watched;
    this.#timer = setInterval(() => void this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  told(record: RunRecord, run: RunState): void {
    this.#run = run;
    // Only what the run does itself is looked up at once; what people do meanwhile is seen at its next step.
    this.#view = undefined;
    const line = lineOf(record, run.attempts);
    this.#erase();
    if (line !== undefined) this.#context.stdout(`${line}\n`);
    void this.#draw();
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#erase();
  }

  async #draw(): Promise<void> {
    const run = this.#run;
    if (run === undefined || this.#ended) return;
    this.#view ??= this.#watched.view();
    const view = await this.#view.catch(() => undefined);
    // The board is for looking at; whatever cannot be read now keeps nobody from working.
    if (view === undefined || this.#ended) return;
    const nowMs = Date.now();
    const board = missionBoard(view, nowMs * 1000);
    const document = overviewDocument({ view, board, run, isRunning: true }, this.#watched.actions);
    const width = Math.max(40, this.#context.columns?.() ?? 100) - 1;
    const lines = printable(renderOverview(document, nowMs)).split('\n').slice(0, MOST_ROWS);
    this.#erase();
    this.#context.stderr(lines.map((line) => `${cut(line, width)}\n`).join(''));
    this.#drawn = lines.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#context.stderr(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}

/** As much as fits on a line: one that wraps would not be erased. */
function cut(line: string, width: number): string {
  return Array.from(line).slice(0, width).join('');
}
