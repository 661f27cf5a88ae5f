import { addNote } from '@spec-kitty/core/annotations/add-note';
import type { AppContext } from '../../context.ts';
import { answer } from './contract/answer.ts';

interface Flags {
  readonly mission: string;
  readonly wp: string;
  readonly actor: string;
  readonly note: string;
}

/** Adds a note to a package's history. */
export async function appendHistory(this: AppContext, { mission, wp, actor, note }: Flags): Promise<void> {
  await answer(this, { command: 'append-history', mission, actor, wp }, async (workspace) => {
    const added = await addNote(workspace, { mission, wp, actor, note });
    return { wp_id: added.wpId, history_entry_id: `hist-${hexOf(added.eventId)}`, event_id: added.eventId };
  });
}

/** The 128 bits of a ULID in hexadecimal, which is how the contract writes the ids of notes. */
function hexOf(ulid: string): string {
  let bits = 0n;
  for (const character of ulid)
    bits = bits * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(character));
  return bits.toString(16).padStart(32, '0');
}
