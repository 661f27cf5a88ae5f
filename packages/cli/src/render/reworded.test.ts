import { expect, test } from 'vitest';
import { contractWords } from '../commands/orchestrator-api/contract/contract-words.ts';
import { toolWords } from '../commands/mcp/tool-words.ts';

const NEXT = 'Run `spec-kitty next --mission pay` to see what can be done now.';
const CLAIM = 'Make one with `spec-kitty agent action implement WP01 --agent <agent> --mission pay`.';
const OVER =
  'Choose another package, or take it over with `spec-kitty agent tasks move-task WP01 --to planned --force --note "<reason>" --mission pay`.';
const SUBTASKS =
  "Run `spec-kitty agent tasks mark-status T001 'T 2' --status done --mission 'it'\\''s'` once they are.";
const SEND_BACK =
  'Send it back: `spec-kitty agent tasks move-task WP01 --to planned --review-feedback-file <file>`.';
const BRANCH = 'Run `git switch main` first.';

test.each([
  [NEXT, 'Run `next {"mission":"pay"}` to see what can be done now.'],
  [CLAIM, 'Make one with `claim {"wp":"WP01","agent":"<agent>","mission":"pay"}`.'],
  [
    'Review: `spec-kitty agent action review WP01 --agent codex`.',
    'Review: `claim {"wp":"WP01","as":"reviewer","agent":"codex"}`.',
  ],
  [
    SUBTASKS,
    `Run \`record {"wp":"WP07","subtasks":["T001","T 2"],"done":true,"mission":"it's"}\` once they are.`,
  ],
  ['`spec-kitty agent tasks status`', '`board {}`'],
  ['`spec-kitty agent tasks add-history WP01 --note "<text>"`', '`record {"wp":"WP01","note":"<text>"}`'],
  ['`spec-kitty agent tasks move-task WP01 --to for_review`', '`request_review {"wp":"WP01"}`'],
  // Nothing that a tool does: whoever may, runs the command.
  [OVER, OVER],
  [BRANCH, BRANCH],
  ['`spec-kitty accept --mission pay`', '`spec-kitty accept --mission pay`'],
  ['Add --actor with a name.', 'Add agent with a name.'],
  ['Add --reason with the reason.', 'Add note with the reason.'],
  ['If they belong there all the same, add --force and --note with the reason.', undefined],
])('an agent behind a client is told tools and arguments: %s', (hint, said) => {
  expect(toolWords(hint, 'WP07')).toBe(said);
});

test.each([
  [NEXT, 'Run `spec-kitty orchestrator-api mission-state --mission pay` to see what can be done now.'],
  [
    CLAIM,
    'Make one with `spec-kitty orchestrator-api start-implementation --mission pay --wp WP01 --actor "<agent>" --policy "<json>"`.',
  ],
  [
    OVER,
    'Choose another package, or take it over with `spec-kitty orchestrator-api transition --mission pay --wp WP01 --actor "<you>" --to planned --force --note "<reason>"`.',
  ],
  [
    'Or `spec-kitty agent tasks move-task WP01 --to approved --agent codex`.',
    'Or `spec-kitty orchestrator-api transition --wp WP01 --actor codex --to approved --policy "<json>"`.',
  ],
  [SEND_BACK, SEND_BACK],
  [SUBTASKS, SUBTASKS],
  [
    'Run `spec-kitty accept --mission pay`, or add --without-acceptance, which is recorded.',
    'Run `spec-kitty orchestrator-api accept-mission --mission pay --actor "<you>"`.',
  ],
  ['Finish it; or pass --no-commit.', 'Finish it.'],
  ['`spec-kitty merge --resume --mission pay`', '`spec-kitty merge --resume --mission pay`'],
  ['`spec-kitty merge --mission pay`', '`spec-kitty orchestrator-api merge-mission --mission pay`'],
  ['Add --reason with the reason.', 'Add --note with the reason.'],
])('an orchestrator is told commands of the contract: %s', (hint, said) => {
  expect(contractWords(hint)).toBe(said);
});
