import * as v from 'valibot';
import type { AppContext } from '../../context.ts';
import { board } from '../status/status.ts';
import { implement } from '../agent/action/implement.ts';
import { moveTask } from '../agent/tasks/move-task.ts';
import { next } from '../next/next.ts';
import { review } from '../agent/action/review.ts';
import { documentOf } from './document-of.ts';
import { evidence, history, missionState, readyWork, workspace } from './read-mission.ts';
import { recordProgress } from './record-progress.ts';
import { verdict } from './verdict.ts';

type Fact = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** One tool: how it is announced, what it takes, and the document that it answers with. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: v.GenericSchema<unknown, { repository: string }> & { readonly type: string };
  /** The facts of the answer that an agent acts on; `?`: or null. There are more, and a failure has others. */
  readonly output: Readonly<Record<string, Fact | `${Fact}?`>>;
  /** `writes once`: called again with the same arguments it changes nothing more. */
  readonly effect: 'reads' | 'writes' | 'writes once';
  readonly run: (context: AppContext, args: never) => Promise<object>;
}

const said = <S extends v.GenericSchema>(schema: S, description: string) =>
  v.pipe(schema, v.description(description));

const mission = {
  repository: said(v.string(), 'Absolute path of the repository'),
  mission: v.optional(said(v.string(), 'Handle; needed if there are several')),
};
const aboutPackage = { ...mission, wp: said(v.string(), 'Such as WP03') };
const acting = { agent: said(v.pipe(v.string(), v.regex(/\S/)), 'Your name') };

const MOVED = { old_lane: 'string', new_lane: 'string', commit: 'string?', changed: 'boolean' } as const;

/** All tools, in the order in which clients see them. */
export const TOOLS = [
  tool('next', 'The one thing that a mission needs now.', {
    input: v.strictObject({ ...mission, agent: v.optional(v.string()) }),
    output: {
      kind: 'string',
      action: 'string?',
      wp_id: 'string?',
      prompt_file: 'string?',
      question: 'string?',
      decision_id: 'string?',
      reason: 'string?',
    },
    effect: 'reads',
    run: (context, args) => documentOf(context, next, args),
  }),
  tool('ready_work', 'Packages that can be claimed now, for work or for review.', {
    input: v.strictObject(mission),
    output: { to_implement: 'array', to_review: 'array' },
    effect: 'reads',
    run: readyWork,
  }),
  tool('mission_state', 'Lane, holder, dependencies, subtasks and notes of every package.', {
    input: v.strictObject(mission),
    output: { summary: 'object', work_packages: 'array' },
    effect: 'reads',
    run: missionState,
  }),
  tool('board', 'The board: counts, progress, and what is held too long.', {
    input: v.strictObject(mission),
    output: { total_wps: 'number', by_lane: 'object', work_packages: 'array', done_percentage: 'number' },
    effect: 'reads',
    run: (context, args) => documentOf(context, board, args),
  }),
  tool(
    'claim',
    'Take a package, to implement it in a worktree of its own or to review it. The first possible one unless named.',
    {
      input: v.strictObject({
        ...mission,
        wp: v.optional(v.string()),
        ...acting,
        as: v.optional(v.picklist(['implementer', 'reviewer']), 'implementer'),
        model: v.optional(v.string()),
      }),
      output: {
        wp_id: 'string',
        workspace_path: 'string',
        branch: 'string',
        base_commit: 'string',
        prompt_file: 'string',
        already_claimed: 'boolean',
      },
      effect: 'writes',
      run: (context, { as, wp, model, ...args }) =>
        as === 'reviewer'
          ? documentOf(context, review, args, wp)
          : documentOf(context, implement, { ...args, ...(model === undefined ? {} : { model }) }, wp),
    },
  ),
  tool('workspace', 'Where a package is worked on.', {
    input: v.strictObject(aboutPackage),
    output: {
      wp_id: 'string',
      workspace_present: 'boolean',
      workspace_path: 'string',
      lane_branch: 'string',
      lane_base_ref: 'string',
    },
    effect: 'reads',
    run: workspace,
  }),
  tool(
    'evidence',
    'What a package has to show: commits, changed files, open subtasks, and what a review would still lack.',
    {
      input: v.strictObject(aboutPackage),
      output: {
        lane: 'string',
        base_commit: 'string?',
        tip: 'string?',
        changed_files: 'array',
        open_subtasks: 'array',
        review_result: 'object?',
        lacks: 'object?',
      },
      effect: 'reads',
      run: evidence,
    },
  ),
  tool('record', 'Put on record which subtasks are done or open again, or a note.', {
    input: v.strictObject({
      ...aboutPackage,
      ...acting,
      subtasks: v.optional(v.array(v.string())),
      done: v.optional(v.boolean(), true),
      note: v.optional(v.string()),
    }),
    output: { wp_id: 'string', subtasks: 'object?', note: 'object?' },
    effect: 'writes',
    run: recordProgress,
  }),
  tool('request_review', 'Send committed work to review.', {
    input: v.strictObject({ ...aboutPackage, ...acting, note: v.optional(v.string()) }),
    output: MOVED,
    effect: 'writes once',
    run: (context, { wp, ...args }) =>
      documentOf(
        context,
        moveTask,
        { ...args, to: 'for_review', selfReviewFallback: false, force: false },
        wp,
      ),
  }),
  tool('verdict', 'Approve what somebody else implemented, or send it back with feedback.', {
    input: v.strictObject({
      ...aboutPackage,
      ...acting,
      verdict: v.picklist(['approved', 'changes_requested']),
      feedback: v.optional(said(v.string(), 'What must change; needed to send it back')),
      reference: v.optional(said(v.string(), 'What an approval rests on')),
    }),
    output: MOVED,
    effect: 'writes once',
    run: verdict,
  }),
  tool('history', 'Transitions and notes, oldest first.', {
    input: v.strictObject({
      ...mission,
      wp: v.optional(v.string()),
      limit: v.optional(said(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Of the last ones'), 50),
    }),
    output: { total: 'number', entries: 'array' },
    effect: 'reads',
    run: history,
  }),
] as const satisfies readonly Tool[];

/** Ties the arguments of a tool to what it takes. */
function tool<S extends v.GenericSchema<unknown, { repository: string }>>(
  name: string,
  description: string,
  rest: {
    readonly input: S;
    readonly output: Tool['output'];
    readonly effect: Tool['effect'];
    readonly run: (context: AppContext, args: v.InferOutput<S>) => Promise<object>;
  },
): Tool {
  return { name, description, ...rest };
}
