import { Fault } from '@spec-kitty/core/fault';
import type { WorkPackage } from '@spec-kitty/core/planning/work-packages';
import type { LaneRepository, LaneWorkspace } from '@spec-kitty/core/ports/lane-repository';
import { readFrontmatter } from '@spec-kitty/core/planning/frontmatter/read-frontmatter';
import { requirementLines } from '@spec-kitty/core/planning/requirements';
import { parseYamlMapping } from '@spec-kitty/core/planning/frontmatter/parse-yaml-mapping';
import { splitFrontmatter } from '@spec-kitty/core/planning/frontmatter/split-frontmatter';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import type { PromptPackage, ReviewFeedback } from '@spec-kitty/core/prompts/implement-prompt';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { LaneContext } from '@spec-kitty/core/execution-lanes/lane-context';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import path from 'node:path';

interface Subject {
  readonly view: MissionView;
  readonly wp: WorkPackage;
  readonly lane: LaneContext;
  readonly agent: string;
  readonly workspace: Pick<LaneWorkspace, 'path' | 'branch'>;
  readonly config: ProjectConfig;
  readonly charter: string | undefined;
  readonly reportFile?: string;
}

/** Collects what both prompts say about a package. */
export function promptPackage(
  { repository }: Workspace,
  { view, wp, lane, agent, workspace, config, charter, reportFile }: Subject,
): PromptPackage {
  const { mission } = view;
  return {
    id: wp.id,
    title: wp.title,
    mission: mission.directory,
    agent,
    file: `kitty-specs/${mission.directory}/tasks/${wp.fileName}`,
    text: mission.files.read(`tasks/${wp.fileName}`) ?? '',
    workspace: workspace.path,
    branch: workspace.branch,
    base: lane.target,
    ownedFiles: wp.ownedFiles,
    subtasks: wp.subtasks,
    missionDir: path.join(repository.primary, 'kitty-specs', mission.directory),
    planning: lane.planning,
    charter,
    validation: config.validationCommand?.map(shellWord).join(' '),
    reportFile,
  };
}

/** What a package has to deliver, as `spec.md` says it; why that cannot be read, which keeps nobody from the review. */
export function requirementsOf({ mission }: MissionView, wp: WorkPackage): readonly string[] {
  const text = mission.files.read(`tasks/${wp.fileName}`) ?? '';
  const frontmatter = parseYamlMapping(splitFrontmatter(text)?.yaml ?? '');
  const { requirementRefs = [] } = frontmatter.ok ? readFrontmatter(frontmatter.values).frontmatter : {};
  try {
    return requirementLines(mission.files.read('spec.md') ?? '', requirementRefs);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [`That file cannot be read: ${error.message}`];
  }
}

/** Feedback of the review that sent the package back, with its text where the file is there. */
export async function reviewFeedback(
  { mission, state }: MissionView,
  wp: WorkPackage,
  lanes: Pick<LaneRepository, 'resolve' | 'changedSince'>,
): Promise<ReviewFeedback | undefined> {
  const known = state.packages.get(wp.id);
  const rejection = known?.lastRejection;
  if (!rejection) return undefined;
  const file = /^review-cycle:\/\/[^/]+\/([^/]+\/review-cycle-(\d+)\.md)$/.exec(rejection.reference);
  const text = file?.[1] === undefined ? undefined : mission.files.read(`tasks/${file[1]}`);
  const { affectedFiles, ...said } = cycleFacts(text ?? `The review refers to ${rejection.reference}.`);
  return {
    cycle: Number(file?.[2] ?? 1),
    reviewer: rejection.reviewer,
    ...said,
    // Where the reviewer named none, they judged what the package had changed.
    affectedFiles:
      affectedFiles.length > 0 ? affectedFiles : await judged(lanes, known.firstBaseCommit, rejection.commit),
  };
}

/** What a review cycle's file says (L§7.6). */
function cycleFacts(file: string): Pick<ReviewFeedback, 'text' | 'affectedFiles' | 'reproduction'> {
  const split = splitFrontmatter(file);
  const read = parseYamlMapping(split?.yaml ?? '');
  const { affected_files: affected, reproduction_command: reproduction } = read.ok ? read.values : {};
  return {
    text: split?.body ?? file,
    affectedFiles: Array.isArray(affected) ? affected.filter((name) => typeof name === 'string') : [],
    reproduction: typeof reproduction === 'string' && reproduction !== '' ? reproduction : null,
  };
}

async function judged(
  lanes: Pick<LaneRepository, 'resolve' | 'changedSince'>,
  from: string | null,
  to: string | null,
): Promise<readonly string[]> {
  if (from === null || to === null) return [];
  // Commits of another clone need not be here.
  const both = await Promise.all([from, to].map((commit) => lanes.resolve(commit)));
  return both.includes(undefined) ? [] : lanes.changedSince(from, to);
}
