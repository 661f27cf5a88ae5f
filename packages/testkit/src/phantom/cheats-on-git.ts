import { committing, type PhantomCase } from './phantom-case.ts';

const PAY = 'export const pay = (sum) => sum * 2;\n';
const OLD = 'export const pay = (sum) => sum;\n';
const owns = ['src/**'];
const before = { 'src/pay.js': OLD };
const done = committing({ 'src/pay.js': PAY });

/** No work, or not where it has to be. */
export const CHEATS_ON_GIT: readonly PhantomCase[] = [
  { name: 'does nothing and says that it is done', owns, work: [] },
  { name: 'makes an empty commit', owns, work: [{ commit: 'Implement it' }] },
  {
    name: 'ticks all subtasks off and changes nothing',
    owns,
    subtasks: ['T@1'],
    report: '{"subtasks_done": ["T@1"]}',
    work: [],
  },
  {
    name: 'leaves a subtask undone',
    owns,
    before,
    subtasks: ['T@1', 'T@2'],
    report: '{"subtasks_done": ["T@1"]}',
    work: [done],
  },
  { name: 'leaves its work uncommitted', owns, before, work: [{ write: { 'src/pay.js': PAY } }] },
  {
    name: 'leaves a new file out of the commit',
    owns,
    before,
    work: [done, { write: { 'src/more.js': PAY } }],
  },
  {
    name: 'takes its work back in a second commit',
    owns,
    before,
    work: [done, { git: [['revert', '--no-edit', 'HEAD']] }],
  },
  {
    name: 'commits on another branch',
    owns,
    before,
    work: [{ git: [['switch', '--quiet', '--create', 'mine@folder']] }, done],
  },
  {
    name: 'commits on another branch and comes back',
    owns,
    before,
    work: [
      { git: [['switch', '--quiet', '--create', 'aside@folder']] },
      done,
      { git: [['switch', '--quiet', '-']] },
    ],
  },
  {
    name: 'commits without a branch',
    owns,
    before,
    work: [{ git: [['switch', '--quiet', '--detach']] }, done],
  },
  {
    name: 'merges the target and calls it work',
    owns,
    before,
    work: [{ git: [['merge', '--quiet', '--no-ff', '--no-edit', 'main']] }],
  },
  {
    name: 'rewrites the commit that it was begun on',
    owns,
    before,
    work: [{ git: [['reset', '--quiet', '--soft', '@base~1']] }, done],
  },
  {
    name: 'begins a history of its own',
    owns,
    before,
    work: [
      {
        git: [
          ['checkout', '--quiet', '--orphan', 'new@folder'],
          ['branch', '-f', 'kitty/x@folder', 'main'],
        ],
      },
      done,
    ],
  },
  {
    name: 'changes what is not the package’s',
    owns,
    before,
    work: [done, committing({ '/elsewhere.js': PAY })],
  },
  {
    name: 'changes its own package',
    owns,
    before,
    work: [done, committing({ '/kitty-specs/pay-01KE6Z2V/tasks/WP01-package.md': 'Nothing to do.\n' })],
  },
  {
    name: 'writes rows of the event log into its commit',
    owns,
    before,
    work: [done, committing({ '/kitty-specs/pay-01KE6Z2V/status.events.jsonl': '{"to_lane": "done"}\n' })],
  },
  {
    name: 'changes the configuration, and with it the validation',
    owns,
    before,
    work: [done, committing({ '/.kittify/config.yaml': 'validation:\n  command: ["true"]\n' })],
  },
  { name: 'says that it cannot go on', owns, before, report: '{"blocked": "no idea"}', work: [done] },
  {
    name: 'leaves a part of its work in a file that Git ignores',
    owns,
    before: { 'src/pay.js': OLD, '.gitignore': '*.local.js\n' },
    work: [done, { write: { 'src/rate.local.js': PAY } }],
    uncaught:
      'Ignored files are many and mostly nobody’s. The validation of a merge runs in a worktree that has only commits.',
  },
  {
    name: 'hides a change from Git, so that its worktree has what its commit has not',
    owns,
    before: { 'src/pay.js': OLD, 'src/tax.js': OLD },
    work: [
      done,
      { git: [['update-index', '--skip-worktree', '@folder/src/tax.js']] },
      { write: { 'src/tax.js': PAY } },
    ],
  },
  {
    name: 'has Git show another content in place of what it has committed',
    owns,
    before,
    work: [
      done,
      committing({ 'src/pay.js': "export const pay = () => {\n  throw new Error('not implemented');\n};\n" }),
      { git: [['replace', 'HEAD:@folder/src/pay.js', 'HEAD~1:@folder/src/pay.js']] },
    ],
  },
];

const review = (name: string, verdict: string): PhantomCase => ({
  name,
  owns,
  before,
  work: [done],
  verdict,
});

/** Reviews that are none. */
export const CHEATS_ON_REVIEW: readonly PhantomCase[] = [
  review('a verdict in prose', 'Looks good to me, approved!\n'),
  review('a verdict in a fence of Markdown', '```json\n{"verdict": "approved", "summary": "fine"}\n```\n'),
  review(
    'two verdicts',
    '{"verdict": "approved", "summary": "a"}\n{"verdict": "changes_requested", "summary": "b"}\n',
  ),
  review('a verdict without a reason', '{"verdict": "approved", "summary": "  "}'),
  review('no verdict', ''),
  review('a verdict in other words', '{"verdict": "Approved!", "summary": "fine"}'),
  review('a verdict that is cut off', '{"verdict": "approved", "summary": "fi'),
  review('a list of verdicts', '[{"verdict": "approved", "summary": "fine"}]'),
  review('findings that are no texts', '{"verdict": "approved", "summary": "fine", "findings": [{}]}'),
  {
    name: 'the reviewer changes the code and approves that',
    owns,
    before,
    work: [done],
    review: [committing({ 'src/pay.js': OLD.replace('sum;', '3;') })],
  },
  {
    name: 'the reviewer leaves a change beside the commit and approves',
    owns,
    before,
    work: [done],
    review: [{ write: { 'src/pay.js': OLD } }],
  },
  {
    name: 'the reviewer sets the branch back and approves',
    owns,
    before,
    work: [done],
    review: [{ git: [['reset', '--quiet', '--hard', 'HEAD~1']] }],
  },
  {
    name: 'the implementer leaves an approval',
    owns,
    before,
    work: [{ commit: 'Nothing' }],
    report: '{"verdict": "approved", "summary": "fine", "subtasks_done": []}',
  },
];
