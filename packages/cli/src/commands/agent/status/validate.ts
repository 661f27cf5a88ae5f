import { counted } from '@spec-kitty/core/counted';
import { rawRows } from '@spec-kitty/core/status/rows/decode-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { toSnapshot } from '@spec-kitty/core/status/snapshot';
import { validateLog } from '@spec-kitty/core/status/rows/validate-log';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Validates one log; findings are an answer, and errors among them exit 1. */
export async function validate(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  // Decoding names the file and line of a row that is not even readable.
  const state = reduce(await workspace.log.read(mission));
  const text = workspace.log.unionText(mission);
  const statusJson = mission.files.read('status.json');
  const found = validateLog({
    rows:
      text === '' ? null : rawRows({ text, file: `kitty-specs/${mission.directory}/status.events.jsonl` }),
    statusJson: statusJson === undefined ? null : parsed(statusJson),
    snapshot: toSnapshot(state, mission.meta),
  });
  const errors = [...found.schema.flatMap(([, problems]) => problems), ...found.legality, ...found.evidence];
  const passed = errors.length === 0;
  const document = {
    mission_slug: mission.directory,
    passed,
    errors,
    warnings: found.drift,
    error_count: errors.length,
    warning_count: found.drift.length,
  };
  this.show(json, document, () =>
    [
      `${mission.directory}: ${counted(found.rows, 'row')}, ${counted(errors.length, 'error')}, ${counted(found.drift.length, 'warning')}.`,
      ...errors.map((message) => `  error    ${message}`),
      ...found.drift.map((message) => `  warning  ${message}`),
    ].join('\n'),
  );
  if (!passed) this.exit.code = 1;
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
