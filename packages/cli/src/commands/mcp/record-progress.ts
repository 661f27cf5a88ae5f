import { Fault } from '@spec-kitty/core/fault';
import { findPackage } from '@spec-kitty/core/mission/find-package';
import type { AppContext } from '../../context.ts';
import { addHistory } from '../agent/tasks/add-history.ts';
import { markStatus } from '../agent/tasks/mark-status.ts';
import { documentOf } from './document-of.ts';

interface Progress {
  readonly repository: string;
  readonly mission?: string | undefined;
  readonly wp: string;
  readonly agent: string;
  readonly subtasks?: readonly string[] | undefined;
  readonly done: boolean;
  readonly note?: string | undefined;
}

/** Records subtasks, then the note; either may be left out, not both. */
export async function recordProgress(
  context: AppContext,
  { wp, subtasks = [], done, note, ...who }: Progress,
): Promise<object> {
  if (subtasks.length === 0 && note === undefined)
    throw new Fault('usage', 'USAGE_ERROR', 'There is nothing to record.', {
      hints: ['Pass subtasks, a note, or both.'],
    });
  const view = await (await context.workspace()).view(who.mission);
  const { id, subtasks: own } = findPackage(view, wp);
  const strange = subtasks.filter((name) => !own.includes(name));
  if (strange.length > 0)
    throw new Fault('refused', 'SUBTASKS_NOT_FOUND', `${id} does not list ${strange.join(', ')}.`, {
      hints: [own.length > 0 ? `It lists: ${own.join(', ')}.` : 'It has no subtasks.'],
      details: { wp_id: id },
    });
  const marks =
    subtasks.length === 0
      ? null
      : await documentOf(context, markStatus, { ...who, status: done ? 'done' : 'pending' }, ...subtasks);
  const added = note === undefined ? null : await documentOf(context, addHistory, { ...who, note }, wp);
  return { wp_id: id, subtasks: marks, note: added };
}
