import { requireUnmerged } from '../log/require-unmerged.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { reduce, type LogState } from '../status/reduce.ts';
import { requireFiles } from '../mission/require-branch.ts';
import { RowWriter } from '../log/row-writer.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/** Which subtasks somebody finished, or opens again. */
export interface MarkRequest {
  readonly mission: string | undefined;
  /** As typed: any case, also several in one text with commas. */
  readonly ids: readonly string[];
  readonly status: 'done' | 'pending';
  readonly actor: string;
}

/** What became of one subtask. */
export interface MarkedSubtask {
  readonly id: string;
  readonly outcome: 'updated' | 'already_satisfied' | 'not_found';
  /** Packages that list it: usually one, none when it was not found. */
  readonly owners: readonly string[];
}

/** What marking did. */
export interface MarkedSubtasks {
  readonly directory: string;
  readonly results: readonly MarkedSubtask[];
}

/**
 * Records subtasks as done or open, all in one append; needs no checkout.
 *
 * The owner is the package whose frontmatter lists the id (L§4.4). One that several packages list is one
 * subtask, and counts in each of them.
 */
export async function markSubtasks(
  ports: Pick<WorkPorts, 'view' | 'log' | 'clock' | 'ids'>,
  request: MarkRequest,
): Promise<MarkedSubtasks> {
  const view = await ports.view(request.mission);
  const { mission, packages } = view;
  requireFiles(mission);
  const ids = [
    ...new Set(request.ids.flatMap((text) => text.split(',')).map((id) => id.trim().toUpperCase())),
  ].filter((id) => id !== '');
  const results = await ports.log.append(mission, `mark-status ${ids.join(' ')}`, (log) => {
    const state = reduce(log);
    const marks = ids.map((id) => mark(id, { packages, state, done: request.status === 'done' }));
    const writer = new RowWriter({ ...ports, mission }, log);
    const value = request.status === 'done' ? 'done' : 'planned';
    const rows = [...new Set(marks.flatMap(({ changes }) => changes))].map((wpId) => {
      const changed = marks
        .filter(({ changes }) => changes.includes(wpId))
        .map(({ id }) => [spelling(packages, wpId, id), value]);
      return writer.annotation(wpId, request.actor, { subtasks: Object.fromEntries(changed) });
    });
    if (rows.length > 0) requireUnmerged(mission.directory, log);
    return { rows, value: marks.map(({ id, outcome, owners }): MarkedSubtask => ({ id, outcome, owners })) };
  });
  return { directory: mission.directory, results };
}

interface Board {
  readonly packages: readonly WorkPackage[];
  readonly state: LogState;
  readonly done: boolean;
}

function mark(
  id: string,
  { packages, state, done }: Board,
): MarkedSubtask & { readonly changes: readonly string[] } {
  const listing = packages.filter(({ subtasks }) => subtasks.some((other) => other.toUpperCase() === id));
  const owners = [...new Set(listing.map((wp) => wp.id))];
  const changes = owners.filter(
    (wpId) => (state.packages.get(wpId)?.slot.subtasks?.[spelling(packages, wpId, id)] === 'done') !== done,
  );
  const outcome = owners.length === 0 ? 'not_found' : changes.length === 0 ? 'already_satisfied' : 'updated';
  return { id, outcome, owners, changes };
}

/** As the package's own file has it: that is the name that is asked for when the package goes to review. */
function spelling(packages: readonly WorkPackage[], wpId: string, id: string): string {
  const listed = packages.filter((wp) => wp.id === wpId).flatMap(({ subtasks }) => subtasks);
  return listed.find((other) => other.toUpperCase() === id) ?? id;
}
