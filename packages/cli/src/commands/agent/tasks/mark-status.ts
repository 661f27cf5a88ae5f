import { type MarkedSubtask, markSubtasks } from '@spec-kitty/core/annotations/mark-subtasks';
import { Fault } from '@spec-kitty/core/fault';
import type { AppContext } from '../../../context.ts';
import { shellWord } from '@spec-kitty/core/shell-word';

interface Flags {
  readonly status: 'done' | 'pending';
  readonly agent?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Marks subtasks and says for each what became of it; fails when none of them exists. */
export async function markStatus(
  this: AppContext,
  { status, agent, mission, json }: Flags,
  ...ids: string[]
): Promise<void> {
  const workspace = await this.workspace();
  const { directory, results } = await markSubtasks(workspace, {
    mission,
    ids,
    status,
    actor: agent ?? 'user',
  });
  const rows = results.map((result) => ({
    id: result.id,
    outcome: result.outcome,
    // Where the mark is kept; the predecessor's readers expect the key.
    format: result.outcome === 'not_found' ? null : 'event_log',
    message: sentence(result, status),
    work_packages: result.owners,
  }));
  const count = (outcome: MarkedSubtask['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const document = {
    mission_slug: directory,
    results: rows,
    summary: {
      updated: count('updated'),
      already_satisfied: count('already_satisfied'),
      not_found: count('not_found'),
    },
  };
  if (document.summary.not_found === results.length) throw nothingFound(document, directory);
  this.show(json, document, () => rows.map(({ message }) => message).join('\n'));
}

function sentence({ id, outcome, owners }: MarkedSubtask, status: Flags['status']): string {
  if (outcome === 'not_found') return `${id}: no work package lists it.`;
  return `${id} of ${owners.join(', ')}: ${outcome === 'updated' ? status : `already ${status}`}.`;
}

function nothingFound(
  document: { readonly results: readonly { readonly id: string }[] },
  handle: string,
): Fault {
  const ids = document.results.map(({ id }) => id).join(', ');
  return new Fault(
    'refused',
    'SUBTASKS_NOT_FOUND',
    `No work package of ${handle} lists ${ids || 'a subtask without a name'}.`,
    {
      hints: [
        'Subtasks are those in the frontmatter of the files under tasks/.',
        `Run \`spec-kitty agent tasks list-tasks --mission ${shellWord(handle)}\` to see where they are.`,
      ],
      details: document,
    },
  );
}
