import { createHash } from 'node:crypto';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import {
  BRIEF_SOURCE,
  briefSourceText,
  briefText,
  MISSION_BRIEF,
  takerOf,
} from '@spec-kitty/core/project/mission-brief';
import { readGivenText } from '@spec-kitty/local/files/read-given-text';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly force: boolean;
  readonly show: boolean;
  readonly json: boolean;
}

/** A longer text is no brief: every agent that specifies would read all of it. */
const LARGEST = 1_000_000;

/** Keeps a text for the next mission, or shows the one that is kept. */
export async function intake(this: AppContext, { force, show, json }: Flags, given?: string): Promise<void> {
  const workspace = await this.workspace();
  if (show) {
    const text = workspace.files.read(MISSION_BRIEF);
    if (text === undefined)
      throw new Fault('refused', 'BRIEF_MISSING', `There is no brief: ${MISSION_BRIEF}`, {
        hints: ['Keep one with `spec-kitty intake <file>`.'],
      });
    const document = { result: 'success', brief_file: MISSION_BRIEF, taken_by: takerOf(text), text };
    this.show(json, document, () => text.trimEnd());
    return;
  }
  if (given === undefined)
    throw new Fault('usage', 'USAGE_ERROR', 'intake needs the path of a text, or - for standard input.', {
      hints: ['To see the brief that is kept, run `spec-kitty intake --show`.'],
    });
  const text = readGivenText(this.cwd, given, 'PATH');
  requireBrief(text);
  const origin = {
    source: given === '-' ? 'stdin' : nameOf(workspace, path.resolve(this.cwd, given)),
    at: formatInstant(this.clock.nowMicros()),
    hash: createHash('sha256').update(text).digest('hex'),
  };
  const replaced = await workspace.lock.hold('mission-brief', 'intake', async () => {
    const before = workspace.files.read(MISSION_BRIEF);
    if (before !== undefined && !force) throw occupied(takerOf(before));
    workspace.files.write(MISSION_BRIEF, briefText(text, origin));
    workspace.files.write(BRIEF_SOURCE, briefSourceText(origin));
    return before !== undefined;
  });
  const document = {
    result: 'success',
    brief_file: MISSION_BRIEF,
    source_file: origin.source,
    ingested_at: origin.at,
    brief_hash: origin.hash,
    replaced,
    committed: false,
  };
  this.show(json, document, () =>
    [
      `${replaced ? 'Replaced' : 'Wrote'}, not committed: ${MISSION_BRIEF}`,
      'Then run `spec-kitty specify <slug>`, which names it.',
    ].join('\n'),
  );
}

function requireBrief(text: string): void {
  if (text.trim() === '')
    throw new Fault('refused', 'BRIEF_EMPTY', 'The brief has no text.', {
      hints: ['Say what is wanted, and for whom.'],
    });
  if (text.includes('\0') || text.length > LARGEST)
    throw new Fault('refused', 'BRIEF_UNFIT', 'This is no text that an agent could read as a brief.', {
      hints: [`Give a text file of at most ${LARGEST} characters.`],
    });
}

/** The file is committed, so it says nothing about where things are on this machine. */
function nameOf({ repository }: Workspace, file: string): string {
  const inside = path.relative(repository.primary, file);
  const leaves = inside.startsWith('..') || path.isAbsolute(inside);
  return leaves ? path.basename(file) : inside.replaceAll(path.sep, '/');
}

function occupied(taker: string | null): Fault {
  const of = taker === null ? '' : `, which ${taker} has taken up`;
  return new Fault('refused', 'BRIEF_EXISTS', `There is a brief already${of}: ${MISSION_BRIEF}`, {
    hints: ['`spec-kitty intake --show` prints it; --force replaces it.'],
    details: { path: MISSION_BRIEF, taken_by: taker },
  });
}
