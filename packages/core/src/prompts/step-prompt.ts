import type { MissionStep } from '../mission/mission-types.ts';
import { sections } from './implement-prompt.ts';
import { shellWord } from '../shell-word.ts';

/** What the instructions for one step of a mission are made from. */
export interface StepFacts {
  readonly action: string;
  /** The step by the table of mission types, where the mission is its documents and has no packages. */
  readonly document: Pick<MissionStep, 'task' | 'artifact'> | null;
  readonly mission: string;
  readonly agent: string | null;
  readonly title: string;
  readonly wp: string | null;
  readonly reason: string | null;
  /** Branch that waits for its pull request, if one does. */
  readonly proposed: string | undefined;
  /** Whether it was proposed before, and the pull request has not landed. */
  readonly again: boolean;
  /** Directory of the mission, relative to the repository. */
  readonly root: string;
  /** What the project's charter says to this step, as a part of the prompt. */
  readonly charter: string | undefined;
}

/** Words the instructions for the step that `next` names: what to write or run, and what a good result is. */
export function stepPrompt(facts: StepFacts): string {
  return sections([
    `# ${HEADINGS[facts.action] ?? capitalized(facts.action)}${facts.wp === null ? '' : ` ${facts.wp}`}: ${facts.title}`,
    facts.reason ?? undefined,
    facts.document ? documentStep(facts, facts.document) : STEPS[facts.action]?.(facts),
    facts.charter,
    `When that is done, run \`spec-kitty next --mission ${shellWord(facts.mission)}${facts.agent === null ? '' : ` --agent ${shellWord(facts.agent)}`}\` again.`,
  ]);
}

const HEADINGS: Readonly<Partial<Record<string, string>>> = {
  specify: 'Specify',
  plan: 'Plan',
  tasks: 'Cut into work packages',
  implement: 'Implement',
  review: 'Review',
  accept: 'Accept',
  merge: 'Merge',
};

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A step of a mission type that is done by writing a document. */
function documentStep(
  { root, mission }: StepFacts,
  { task, artifact }: Pick<MissionStep, 'task' | 'artifact'>,
): string {
  if (artifact === null)
    return `${task}\n\nTo accept it, run \`spec-kitty accept --mission ${shellWord(mission)}\`.`;
  const form =
    artifact === 'plan.md'
      ? `\n\n\`spec-kitty plan --mission ${shellWord(mission)}\` writes the form to fill in.`
      : '';
  return `${task}\n\nWrite \`${root}/${artifact}\`; a good result leaves no placeholder and says what it rests on.${form}`;
}

const STEPS: Readonly<Partial<Record<string, (facts: StepFacts) => string>>> = {
  specify: ({
    root,
  }) => `Write \`${root}/spec.md\`. Ask the person you work for whatever you cannot know; do not invent it.

- Purpose: who needs this, and what gets better for them.
- Functional requirements: one per row, \`FR-001\` and on, each a sentence that somebody else could check.
- Non-functional requirements \`NFR-001\`: a quality, its number, how it is measured.
- Constraints \`C-001\`: what must not change or must be used.
- Out of scope: what a reader might expect and will not get.

A good specification says what and why, never how, and leaves no placeholder in brackets.`,
  plan: ({
    root,
    mission,
  }) => `Run \`spec-kitty agent mission setup-plan --mission ${shellWord(mission)}\`, then fill in \`${root}/plan.md\`.

- Read the code that the requirements touch before you write.
- Technical context: language and version, libraries, and the command that proves the work.
- Design: which parts change, which are new, and how they meet.
- Risks: what could go wrong, and how it would be noticed.

A good plan lets two people cut the work the same way.`,
  tasks: ({
    root,
    mission,
  }) => `Write \`${root}/tasks.md\` and one file per package, \`${root}/tasks/WPnn-<slug>.md\`; \`${root}/tasks/README.md\` shows the form.

- A package is something one agent finishes in one sitting and one reviewer judges in another.
- \`owned_files\` says which files it changes. Packages that share none run in parallel, so cut along files.
- \`dependencies\` names only packages whose result is needed first.
- \`requirement_refs\` names the requirements it delivers; every functional one is delivered by some package.
- Files that do not exist yet go into \`create_intent\`.

Then run:

\`\`\`sh
spec-kitty agent mission finalize-tasks --validate-only --mission ${shellWord(mission)}
spec-kitty agent mission finalize-tasks --mission ${shellWord(mission)}
\`\`\`

The second one commits the plan and makes the packages claimable.`,
  implement: ({
    wp,
    agent,
    mission,
  }) => `Claim it; that prepares a worktree and prints where the full instructions are:

\`\`\`sh
spec-kitty agent action implement ${wp ?? ''} --agent ${agent === null ? '<agent>' : shellWord(agent)} --mission ${shellWord(mission)}
\`\`\``,
  review: ({
    wp,
    agent,
    mission,
  }) => `Take it for review; that prints the commit to judge and where the full instructions are:

\`\`\`sh
spec-kitty agent action review ${wp ?? ''} --agent ${agent === null ? '<agent>' : shellWord(agent)} --mission ${shellWord(mission)}
\`\`\``,
  accept: ({
    mission,
  }) => `Every package is approved. Check that the mission delivers what its specification asks for, then accept it:

\`\`\`sh
spec-kitty accept --mission ${shellWord(mission)}
\`\`\``,
  merge: ({ mission, proposed, again }) =>
    proposed === undefined
      ? again
        ? `The mission is accepted. Bring the reviewed commits to the branch of its pull request:

\`\`\`sh
spec-kitty merge --to-branch --mission ${shellWord(mission)}
\`\`\``
        : `The mission is accepted. Bring the reviewed commits to the target branch:

\`\`\`sh
spec-kitty merge --mission ${shellWord(mission)}
\`\`\``
      : `Ask the person you work for whether the pull request of \`${proposed}\` is merged. If it is, and the target branch here has it:

\`\`\`sh
spec-kitty merge --landed --mission ${shellWord(mission)}
\`\`\``,
};
