import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Git } from '@spec-kitty/local/git/git';
import { packageScript } from '../../demo-project/packages.ts';
import type { Attempt, PackageScript } from '../../demo-project/package-script.ts';
import type { Assignment, ProjectCommands, ReviewAssignment } from './project-commands.ts';
import { runTests, type TestRun, testFiles } from './test-run.ts';

/** What one turn of an agent came to. */
export type DemoStep = {
  readonly wp: string;
  readonly agent: string;
  readonly lane: string;
  /** Commit that was made, or judged. */
  readonly commit: string;
  /** How many of the package's own tests passed. */
  readonly passed: number;
} & (
  | { readonly kind: 'implemented'; readonly message: string }
  | { readonly kind: 'approved'; readonly reviewTests: number }
  | { readonly kind: 'rejected'; readonly finding: string; readonly feedbackFile: string }
);

/** The end of a turn: reporting it, which agents do one after the other so that every run tells the same story. */
export type Report = () => Promise<DemoStep>;

/** Where agents work together. */
export interface DemoSurroundings {
  readonly commands: ProjectCommands;
  /** Folder outside the repository for the reviewers' tests. */
  readonly reviews: string;
  readonly say: (agent: string, text: string) => void;
}

/** Implements a claimed package: writes the code and its tests, runs them, and commits, all in the lane's worktree. */
export async function implementPackage(
  { commands, say }: DemoSurroundings,
  { agent, attempt, assignment }: { agent: string; attempt: number; assignment: Assignment },
): Promise<Report> {
  const script = packageScript(assignment.wp_id);
  const work = script.attempts[attempt - 1];
  if (!work) throw new Error(`The demo has no attempt ${attempt} at ${script.id}`);
  const { workspace_path: root, lane_id: lane, wp_id: wp } = assignment;
  writeWork(root, work);
  const tests = await runTests({ argv: testFiles(ownTests(script, root)), cwd: root, env: commands.env });
  if (!tests.ok) throw new Error(`The tests of ${wp} fail:\n${tests.output}`);
  const commit = await commitWork(new Git(root, commands.env), agent, work);
  return async () => {
    await commands.markDone(agent, Object.keys(script.subtasks));
    await commands.move(wp, { agent, to: 'for_review' });
    say(agent, `commits ${wp} with ${tests.passed} passing tests and sends it to review`);
    return { kind: 'implemented', wp, agent, lane, commit, passed: tests.passed, message: work.message };
  };
}

/** Reviews a package: runs its tests and one of the reviewer's own in the lane's worktree, and believes only those. */
export async function judgePackage(
  { commands, reviews, say }: DemoSurroundings,
  { agent, assignment }: { agent: string; assignment: ReviewAssignment },
): Promise<Report> {
  const script = packageScript(assignment.wp_id);
  const { workspace_path: root, lane_id: lane, wp_id: wp } = assignment;
  const reviewTest = writeIn(reviews, `${wp}.test.mjs`, script.reviewTest);
  const run = (files: readonly string[]) =>
    runTests({ argv: testFiles(files), cwd: root, env: commands.env });
  const [own, review] = await Promise.all([run(ownTests(script, root)), run([reviewTest])]);
  const failing = [own, review].find(({ ok }) => !ok);
  const done = { wp, agent, lane, passed: own.passed };
  if (failing) {
    const file = assignment.feedback_file;
    writeFileSync(file, feedback(script, failing));
    return async () => {
      const { commit, review_feedback: recorded = '' } = await commands.move(wp, {
        agent,
        to: 'planned',
        reviewFeedbackFile: file,
      });
      say(agent, `sends ${wp} back: ${failing.finding}`);
      return { ...done, kind: 'rejected', commit, finding: failing.finding, feedbackFile: recorded };
    };
  }
  return async () => {
    const note = `${own.passed} tests of the package and ${review.passed} of mine pass`;
    const { commit } = await commands.move(wp, { agent, to: 'approved', note });
    say(agent, `approves ${wp}: ${note}`);
    return { ...done, kind: 'approved', commit, reviewTests: review.passed };
  };
}

function ownTests({ ownedFiles }: PackageScript, root: string): readonly string[] {
  return ownedFiles.filter((file) => file.endsWith('.test.js')).map((file) => path.join(root, file));
}

function writeWork(root: string, { files }: Attempt): void {
  for (const [name, content] of Object.entries(files)) {
    const text =
      typeof content === 'string' ? content : readFileSync(path.join(root, name), 'utf8') + content.append;
    writeIn(root, name, text);
  }
}

function writeIn(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function commitWork(git: Git, agent: string, { message, files }: Attempt): Promise<string> {
  await git.run(['add', '--', ...Object.keys(files)]);
  await git.run([
    'commit',
    '--quiet',
    `--author=${agent} <${agent}@spec-kitty.invalid>`,
    '--message',
    message,
  ]);
  return git.text(['rev-parse', 'HEAD']);
}

function feedback({ advice }: PackageScript, { finding }: TestRun): string {
  return `A test that I ran does not pass:\n\n> ${finding}\n\n${advice}\n`;
}
