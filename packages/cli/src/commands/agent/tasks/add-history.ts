import { addNote } from '@spec-kitty/core/annotations/add-note';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly note: string;
  readonly agent?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Adds a note and prints it as it is kept. */
export async function addHistory(
  this: AppContext,
  { note, agent, mission, json }: Flags,
  wp: string,
): Promise<void> {
  const workspace = await this.workspace();
  const added = await addNote(workspace, { mission, wp, note, actor: await workspace.actor(agent) });
  const document = {
    result: 'success',
    task_id: added.wpId,
    note: added.entry,
    event_id: added.eventId,
    mission_slug: added.directory,
  };
  this.show(json, document, () => `Noted for ${added.wpId}: ${added.entry}`);
}
