import { facts, type PromptPackage, sections } from './implement-prompt.ts';

/** What a reviewer needs beyond the package itself. */
export interface ReviewFacts {
  readonly implementers: readonly string[];
  /** The commit under review; the verdict is about exactly this one. */
  readonly commit: string;
  /** Commit before the package's first one. */
  readonly from: string;
  /** Commit before the latest fix, when it was sent back before. */
  readonly fixFrom: string | null;
  readonly commitCount: number;
  readonly changedFiles: readonly string[];
  /** Packages already being worked on that depend on this one. */
  readonly startedDependents: readonly string[];
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
    whatToRead(wp, review),
    verdict(wp, review),
    ['## Checklist', '', ...CHECKLIST.map((point, index) => `${index + 1}. ${point}`)].join('\n'),
    `## The work package\n\nFrom \`${wp.file}\`.\n\n<!-- BEGIN ${wp.id} -->\n${wp.text.trim()}\n<!-- END ${wp.id} -->`,
    'Finish with one of the two commands under "Your verdict".',
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

function whatToRead(
  wp: PromptPackage,
  { commit, from, fixFrom, commitCount, changedFiles }: ReviewFacts,
): string {
  const scope =
    wp.ownedFiles.length > 0 ? ` -- ${wp.ownedFiles.map((glob) => `':(glob)${glob}'`).join(' ')}` : '';
  return [
    '## What to read',
    '',
    `${commitCount} ${commitCount === 1 ? 'commit' : 'commits'}, ${changedFiles.length} changed ${changedFiles.length === 1 ? 'file' : 'files'}, up to \`${commit}\`.`,
    '',
    '```sh',
    `git -C ${wp.workspace} log --oneline ${from}..${commit}`,
    `git -C ${wp.workspace} diff ${from}..${commit}${scope}`,
    ...(fixFrom === null
      ? []
      : [`git -C ${wp.workspace} diff ${fixFrom}..${commit}   # since it was sent back`]),
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
    `spec-kitty agent tasks move-task ${id} --to approved --agent ${agent} --note "<what convinced you>" --mission ${mission}`,
    '```',
    '',
    `If it is not, write what must change, with file and line, to \`${feedbackFile}\`, then:`,
    '',
    '```sh',
    `spec-kitty agent tasks move-task ${id} --to planned --agent ${agent} --review-feedback-file ${feedbackFile} --mission ${mission}`,
    '```',
  ].join('\n');
}
