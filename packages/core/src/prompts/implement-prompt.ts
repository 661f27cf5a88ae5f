import { shellWord } from '../shell-word.ts';
/** What both prompts about a work package are made from. */
export interface PromptPackage {
  readonly id: string;
  readonly title: string;
  readonly mission: string;
  readonly agent: string;
  /** Path of the package's file, relative to the repository. */
  readonly file: string;
  readonly text: string;
  readonly workspace: string;
  readonly branch: string;
  readonly base: string;
  readonly ownedFiles: readonly string[];
  readonly subtasks: readonly string[];
  /** Absolute path of the mission's directory, for reading only. */
  readonly missionDir: string;
  /** Whether the work happens in the primary checkout, on the target branch. */
  readonly planning: boolean;
  /** The project's own validation command, shown as it would be typed. */
  readonly validation: string | undefined;
  /** What the project's charter says to this action, as a part of the prompt. */
  readonly charter: string | undefined;
  /** Where an agent that a run has started says what it did, instead of moving the package itself. */
  readonly reportFile?: string | undefined;
}

/** Feedback of the review that sent a package back. */
export interface ReviewFeedback {
  readonly cycle: number;
  readonly reviewer: string;
  readonly text: string;
  /** What the fix is about. */
  readonly affectedFiles: readonly string[];
  /** Shows what is wrong; `null` where the reviewer gave none. */
  readonly reproduction: string | null;
}

/** Words the instructions for implementing one package (L§7.4); with feedback it is a fix of an earlier attempt. */
export function implementPrompt(wp: PromptPackage, feedback: ReviewFeedback | undefined): string {
  const heading = feedback
    ? `# Fix Mode: ${wp.id} — Cycle ${feedback.cycle}\n\n${wp.title}`
    : `# Implement ${wp.id}: ${wp.title}`;
  return sections([
    heading,
    facts(wp),
    feedback && feedbackSection(feedback),
    rules(wp),
    wp.charter,
    (wp.reportFile === undefined ? completion : report)(wp),
    `## The work package\n\nFrom \`${wp.file}\`.\n\n<!-- BEGIN ${wp.id} -->\n${wp.text.trim()}\n<!-- END ${wp.id} -->`,
    `When it is finished, do what "When you are done" says.`,
  ]);
}

/** Joins the parts that are there. */
export function sections(parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

/** The facts both prompts begin with. */
export function facts(wp: PromptPackage): string {
  const place = wp.planning
    ? `the primary checkout, \`${wp.workspace}\`, on branch \`${wp.branch}\``
    : `\`${wp.workspace}\`, branch \`${wp.branch}\``;
  return [
    `- Mission: \`${wp.mission}\``,
    `- You are: \`${wp.agent}\``,
    `- Work in: ${place}`,
    `- Based on: \`${wp.base}\``,
    `- Specification, plan and tasks (read only): \`${wp.missionDir}\``,
  ].join('\n');
}

function rules(wp: PromptPackage): string {
  const owned = wp.ownedFiles.map((glob) => `\`${glob}\``).join(', ');
  return [
    '## Rules',
    '',
    `1. Change to \`${wp.workspace}\` first, and change files only there.`,
    owned === ''
      ? undefined
      : `2. This package owns ${owned}. Leave other files alone; other packages work on them now.`,
    `${owned === '' ? 2 : 3}. Do only ${wp.id}. Commits of other packages on this branch are not yours to change.`,
    wp.planning
      ? undefined
      : `${owned === '' ? 3 : 4}. Never change anything under \`kitty-specs/\` or \`.kittify/\` on this branch: such a lane is refused. Status is kept by the commands below.`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function completion({ id, mission, agent, subtasks, workspace, validation }: PromptPackage): string {
  const at = `--mission ${shellWord(mission)}`;
  const lines = [
    '## When you are done',
    '',
    ...(validation ? [`Make \`${validation}\` pass. Then:`, ''] : []),
    '```sh',
    `git -C ${shellWord(workspace)} add -A && git -C ${shellWord(workspace)} commit -m "${id}: <what you did>"`,
    ...(subtasks.length > 0
      ? [`spec-kitty agent tasks mark-status ${subtasks.map(shellWord).join(' ')} --status done ${at}`]
      : []),
    `spec-kitty agent tasks move-task ${id} --to for_review --agent ${shellWord(agent)} ${at}`,
    '```',
    '',
    'If you cannot go on, say why and stop:',
    '',
    '```sh',
    `spec-kitty agent tasks add-history ${id} --note "<what is in the way>" --agent ${shellWord(agent)} ${at}`,
    '```',
  ];
  return lines.join('\n');
}

/** Whoever runs the agent looks at the commit, and moves the package. */
function report({ id, subtasks, workspace, validation, reportFile = '' }: PromptPackage): string {
  const git = `git -C ${shellWord(workspace)}`;
  return [
    '## When you are done',
    '',
    ...(validation ? [`Make \`${validation}\` pass. Then:`, ''] : []),
    '```sh',
    `${git} add -A && ${git} commit -m "${id}: <what you did>"`,
    '```',
    '',
    `Write one JSON object to \`${reportFile}\`: \`{"subtasks_done": ${JSON.stringify(subtasks)}}\` with the subtasks that are done, or`,
    '`{"blocked": "<what is in the way>"}` if you cannot go on. Then stop: move no package and run no other `spec-kitty` command;',
    'the work is judged by the commit.',
  ].join('\n');
}

function feedbackSection({ reviewer, text, affectedFiles, reproduction }: ReviewFeedback): string {
  return [
    '## What the review asked for',
    `${reviewer} sent this package back. Do this and nothing else:`,
    text.trim(),
    ...(affectedFiles.length > 0
      ? [`Affected files: ${affectedFiles.map((file) => `\`${file}\``).join(', ')}`]
      : []),
    ...(reproduction === null ? [] : [`Reproduce it with: \`${reproduction}\``]),
  ].join('\n\n');
}
