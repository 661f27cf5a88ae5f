import { counted } from '../counted.ts';
import { facts, type PromptPackage, sections } from './implement-prompt.ts';
import { shellWord } from '../shell-word.ts';
import type { GateCheck } from '../run/evidence/gate-check.ts';
import type { Review } from '../work/review-package.ts';

/** What a reviewer needs beyond the package itself. */
export interface ReviewFacts extends Omit<Review, 'view' | 'wp' | 'lane' | 'workspace' | 'fresh'> {
  readonly implementers: readonly string[];
  /** Lines of spec.md that declare what the package has to deliver. */
  readonly requirements: readonly string[];
  /** What was found out about the work without a model; nothing where nobody has looked. */
  readonly evidence?: readonly GateCheck[];
  /** Where the reviewer writes feedback before sending the package back. */
  readonly feedbackFile: string;
}

const CHECKLIST = [
  'Every acceptance point of the package is met by code that runs, not by a stub or a comment.',
  'The tests would fail if the behaviour were broken; none was deleted, skipped or weakened.',
  'Errors are handled: nothing is swallowed, nothing reports success it did not have.',
  'No result, path or special case is hard-coded to satisfy a test.',
  'Only files that the package owns are changed.',
  'The change does what the specification says, and no more.',
  'Input from outside is checked; no secret is logged or committed.',
  'Names, structure and documentation fit what is already there.',
];

/** Words the instructions for reviewing one package (L§7.5). */
export function reviewPrompt(wp: PromptPackage, review: ReviewFacts): string {
  return sections([
    `# Review ${wp.id}: ${wp.title}`,
    facts(wp),
    implementedBy(wp, review),
    warning(review),
    requirements(review),
    evidence(review),
    outsideOwned(review),
    merges(wp, review),
    undoneChanges(wp, review),
    whatToRead(wp, review),
    wp.charter,
    wp.reportFile === undefined ? verdict(wp, review) : writtenVerdict(wp.reportFile),
    ['## Checklist', '', ...CHECKLIST.map((point, index) => `${index + 1}. ${point}`)].join('\n'),
    `## The work package\n\nFrom \`${wp.file}\`.\n\n<!-- BEGIN ${wp.id} -->\n${wp.text.trim()}\n<!-- END ${wp.id} -->`,
    'Finish with what stands under "Your verdict".',
  ]);
}

function implementedBy({ agent }: PromptPackage, { implementers }: ReviewFacts): string | undefined {
  if (implementers.length === 0) return undefined;
  const own = implementers.some((name) => name.toLowerCase() === agent.toLowerCase());
  const names = implementers.join(', ');
  return own
    ? `**You implemented this package (${names}). Your approval will be refused; somebody else must review it.**`
    : `Implemented by ${names}. Judge the work, not the claim.`;
}

function warning({ startedDependents }: ReviewFacts): string | undefined {
  return startedDependents.length === 0
    ? undefined
    : `Packages that depend on this one are already in work: ${startedDependents.join(', ')}. Sending it back affects them.`;
}

function requirements({ requirements: lines }: ReviewFacts): string | undefined {
  return lines.length === 0
    ? undefined
    : ['## What it has to deliver', '', 'As `spec.md` says it, where more may stand:', '', ...lines].join(
        '\n',
      );
}

function evidence({ evidence: checks = [] }: ReviewFacts): string | undefined {
  if (checks.length === 0) return undefined;
  return [
    '## Evidence',
    '',
    'Found out without a model, when it was handed over. What is not checked has not passed.',
    '',
    ...checks.map(
      ({ name, state, says }) =>
        `- ${name.replaceAll('_', ' ')}: ${state.replaceAll('_', ' ')}. ${says.replaceAll(/\s+/g, ' ')}`,
    ),
  ].join('\n');
}

/** More would hide the rest of the instructions; the difference shows all of them. */
const LISTED = 50;

function outsideOwned({ changedOutsideOwned: paths }: ReviewFacts): string | undefined {
  if (paths.length === 0) return undefined;
  return [
    '## Warning: changes outside the owned files',
    '',
    `${counted(paths.length, 'changed file')} that the package does not own will be merged with the rest. Read them as well; send the package back unless another package's work that was merged in explains them.`,
    '',
    ...listed(paths),
  ].join('\n');
}

function listed(paths: readonly string[]): readonly string[] {
  const more = paths.length - LISTED;
  return [
    ...paths.slice(0, LISTED).map((path) => `- ${JSON.stringify(path)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

function merges({ workspace }: PromptPackage, { merges: found }: ReviewFacts): string | undefined {
  if (found.length === 0) return undefined;
  return [
    '## Merges to judge',
    '',
    'What these commits decide is in no side, and may hide what a side has. Read what they make of what Git alone would have made:',
    ...found.flatMap(({ commit, names, tree, conflicts, thinned, besides, dropped }) => [
      '',
      `\`${commit}\` merges ${names.join(', ')}.`,
      ...titled('Conflicts that somebody resolved:', conflicts),
      ...titled('Without a place in them that one side has added and that did not conflict:', thinned),
      ...titled('Without what a side has changed, although nothing conflicts:', dropped),
      ...titled(
        'Otherwise than Git merges it, although nothing conflicts:',
        besides.filter((file) => !dropped.includes(file)),
      ),
      '',
      '```sh',
      `git -C ${shellWord(workspace)} diff ${shellWord(tree)} ${commit}`,
      '```',
    ]),
  ].join('\n');
}

function undoneChanges(
  { workspace, base: target }: PromptPackage,
  { undone }: ReviewFacts,
): string | undefined {
  if (undone === null) return undefined;
  const { paths, commit } = undone;
  return [
    `## Warning: changes of ${target} taken back`,
    '',
    `The lane has merged ${target}, and lacks what ${target} had changed in these files: merged, it would take that away from ${target}. Send the package back unless that is its task. The last commit there is \`${commit}\`.`,
    '',
    ...listed(paths),
    '',
    '```sh',
    `git -C ${shellWord(workspace)} show ${commit}`,
    '```',
  ].join('\n');
}

function titled(title: string, paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [] : ['', title, '', ...listed(paths)];
}

/** A lane is merged as a whole, so it is shown as a whole; the target has the work of others in between. */
function scopeOf(wp: PromptPackage, outside: readonly string[]): string {
  if (!wp.planning || wp.ownedFiles.length === 0) return '';
  const paths = [
    ...wp.ownedFiles.map((glob) => `:(glob)${glob}`),
    ...outside.map((path) => `:(literal)${path}`),
  ];
  return ` -- ${paths.map(shellWord).join(' ')}`;
}

function whatToRead(wp: PromptPackage, review: ReviewFacts): string {
  const { commit, from, fixFrom, commitCount, changedFiles, changedOutsideOwned, undone } = review;
  const scope = scopeOf(wp, changedOutsideOwned);
  const files = changedFiles.length + changedOutsideOwned.length;
  return [
    '## What to read',
    '',
    `${counted(commitCount, 'commit')}, ${counted(files, 'changed file')}, up to \`${commit}\`.`,
    '',
    '```sh',
    `git -C ${shellWord(wp.workspace)} log --oneline ${from}..${commit}`,
    `git -C ${shellWord(wp.workspace)} diff ${from}..${commit}${scope}`,
    ...(undone === null
      ? []
      : [
          `git -C ${shellWord(wp.workspace)} diff ${shellWord(undone.taken)}..${commit}   # with what it takes back`,
        ]),
    ...(fixFrom === null
      ? []
      : [`git -C ${shellWord(wp.workspace)} diff ${fixFrom}..${commit}   # since it was sent back`]),
    '```',
    ...(wp.validation ? ['', `Run \`${wp.validation}\` in the workspace and believe its output only.`] : []),
    '',
    'Change nothing in the workspace: a verdict is about the commit above.',
  ].join('\n');
}

function verdict({ id, mission, agent }: PromptPackage, { feedbackFile }: ReviewFacts): string {
  return [
    '## Your verdict',
    '',
    'If it is right:',
    '',
    '```sh',
    `spec-kitty agent tasks move-task ${id} --to approved --agent ${shellWord(agent)} --note "<what convinced you>" --mission ${shellWord(mission)}`,
    '```',
    '',
    `If it is not, write what must change, with file and line, to \`${feedbackFile}\`, then:`,
    '',
    '```sh',
    `spec-kitty agent tasks move-task ${id} --to planned --agent ${shellWord(agent)} --review-feedback-file ${shellWord(feedbackFile)} --mission ${shellWord(mission)}`,
    '```',
  ].join('\n');
}

/** Whoever runs the reviewer reads the verdict, and moves the package. */
function writtenVerdict(reportFile: string): string {
  return [
    '## Your verdict',
    '',
    `Write one JSON object to \`${reportFile}\`, and nothing else to that file:`,
    '',
    '```json',
    '{"verdict": "approved", "summary": "<what convinced you>"}',
    '```',
    '',
    'or, if something must change, with file and line in each finding:',
    '',
    '```json',
    '{"verdict": "changes_requested", "summary": "<why>", "findings": ["<file:line: what must change>"]}',
    '```',
    '',
    'Then stop: move no package. A verdict in any other form is none, and the review counts as failed.',
  ].join('\n');
}
