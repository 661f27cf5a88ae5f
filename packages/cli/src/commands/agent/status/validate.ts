import { counted } from '@spec-kitty/core/counted';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { corruptLines } from '@spec-kitty/core/status/rows/corrupt-lines';
import { rawRows } from '@spec-kitty/core/status/rows/decode-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { type LogFindings, validateLog } from '@spec-kitty/core/status/rows/validate-log';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** What is wrong with a line, and the facts that its fault has. */
interface CorruptLine {
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** Validates one log; findings are an answer, and errors among them exit 1. */
export async function validate(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  const stored = workspace.log.stored(mission);
  const copies = [stored.checkout, stored.journal].filter((copy) => copy !== undefined);
  const corrupt = corruptLines(copies);
  const found = corrupt.length > 0 ? unreadable(copies) : await findings(workspace, mission);
  const errors = [
    ...corrupt.map(({ message }) => message),
    ...found.schema.flatMap(([, problems]) => problems),
    ...found.legality,
    ...found.evidence,
  ];
  const passed = errors.length === 0;
  const document = {
    mission_slug: mission.directory,
    passed,
    errors,
    warnings: found.drift,
    corrupt_lines: corrupt.map(({ message, details }): CorruptLine => ({ ...details, message })),
    error_count: errors.length,
    warning_count: found.drift.length,
  };
  this.show(json, document, () =>
    [
      `${mission.directory}: ${counted(found.rows, 'row')}, ${counted(errors.length, 'error')}, ${counted(found.drift.length, 'warning')}.`,
      ...errors.map((message) => `  error    ${message}`),
      ...found.drift.map((message) => `  warning  ${message}`),
      ...(corrupt.length === 0
        ? []
        : [
            `Run \`spec-kitty agent status doctor --mission ${shellWord(mission.directory)}\` to see what mends it.`,
          ]),
    ].join('\n'),
  );
  if (!passed) this.exit.code = 1;
}

type Found = Pick<LogFindings, 'rows' | 'schema' | 'legality' | 'evidence' | 'drift'>;

/** What a log comes to that cannot be read is anybody's guess, so nothing is said about it. */
function unreadable(copies: readonly { readonly text: string }[]): Found {
  const lines = copies.map(({ text }) => text.split('\n').filter((line) => line.trim() !== '').length);
  return { rows: Math.max(...lines), schema: [], legality: [], evidence: [], drift: [] };
}

async function findings(workspace: Workspace, mission: Mission): Promise<Found> {
  const text = workspace.log.unionText(mission);
  const statusJson = mission.files.read('status.json');
  return validateLog({
    rows:
      text === '' ? null : rawRows({ text, file: `kitty-specs/${mission.directory}/status.events.jsonl` }),
    statusJson: statusJson === undefined ? null : parsed(statusJson),
    snapshot: toSnapshot(reduce(await workspace.log.read(mission)), mission.meta),
  });
}

/** A text that is not JSON counts as damaged, like everything that is no object. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it cannot be parsed is the finding.
    return undefined;
  }
}
