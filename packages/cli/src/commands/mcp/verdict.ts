import { Fault } from '@spec-kitty/core/fault';
import { movePackage } from '@spec-kitty/core/move/move-package';
import type { AppContext } from '../../context.ts';
import { moveDocument } from '../agent/tasks/move-task.ts';

interface Verdict {
  readonly mission?: string | undefined;
  readonly wp: string;
  readonly agent: string;
  readonly verdict: 'approved' | 'changes_requested';
  readonly feedback?: string | undefined;
  readonly reference?: string | undefined;
}

/** Records a review; the package is taken for review first where nobody has it. */
export async function verdict(
  context: AppContext,
  { mission, wp, agent, verdict: said, feedback, reference }: Verdict,
): Promise<object> {
  const approves = said === 'approved';
  if (!approves && (feedback ?? '').trim() === '')
    throw new Fault('refused', 'FEEDBACK_REQUIRED', `Say what must change in ${wp} before sending it back.`, {
      hints: ['Pass it as feedback: whoever goes on is given it to read.'],
    });
  const moved = await movePackage(await context.workspace(), {
    mission,
    wp,
    agent,
    to: approves ? 'approved' : 'planned',
    note: undefined,
    force: false,
    approvalRef: approves ? reference : undefined,
    feedback,
  });
  return moveDocument(moved);
}
