import { Fault } from '../fault.ts';
import { formatInstant } from '../instant.ts';
import { hasEnded } from '../log/require-unmerged.ts';
import { DECISIONS, readDecisions } from '../mission/decisions.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import type { WorkPorts } from '../ports/work-ports.ts';
import { findLessons, type Lesson, type Lessons } from './find-lessons.ts';
import { readRetrospective } from './read-retrospective.ts';
import { retrospectiveText } from './retrospective-text.ts';

/** Name of the file in a mission's folder. */
export const RETROSPECTIVE = 'retrospective.yaml';

/** A retrospective that was written. */
export interface Created {
  readonly directory: string;
  readonly missionId: string;
  readonly file: string;
  readonly lessons: Lessons;
  readonly replaced: boolean;
  /** Whether the mission's log has come to its end. */
  readonly finished: boolean;
}

/**
 * Writes what a mission's log shows as `retrospective.yaml`; adds nothing to the log and commits nothing.
 *
 * @throws Fault `RETROSPECTIVE_EXISTS` unless it may be replaced: people add to the file.
 */
export async function createRetrospective(
  ports: Pick<WorkPorts, 'view' | 'log' | 'lock' | 'clock' | 'files' | 'branch'>,
  request: { mission: string | undefined; by: string; version: string; force: boolean },
): Promise<Created> {
  const { mission } = await ports.view(request.mission);
  requireCheckedOut(mission, await ports.branch());
  return ports.lock.hold(`mission-${mission.missionId}`, 'retrospect', async () => {
    const { directory, missionId, files } = mission;
    const file = `kitty-specs/${directory}/${RETROSPECTIVE}`;
    const before = files.read(RETROSPECTIVE);
    if (before !== undefined && !request.force)
      throw new Fault('refused', 'RETROSPECTIVE_EXISTS', `There is a retrospective already: ${file}`, {
        hints: ['Add to the file; --force replaces it and all that was added.'],
        details: { file },
      });
    const log = await ports.log.read(mission);
    const found = findLessons(log.laneEvents);
    const lessons = { ...found, gaps: [...found.gaps, ...putOff(files.read(DECISIONS))] };
    const at = formatInstant(ports.clock.nowMicros());
    const history = historyOf(before);
    const text = retrospectiveText(lessons, { ...request, mission, at, history });
    ports.files.write(file, text);
    return { directory, missionId, file, lessons, replaced: before !== undefined, finished: hasEnded(log) };
  });
}

function putOff(index: string | undefined): readonly Lesson[] {
  return readDecisions(index)
    .filter(({ status }) => status === 'deferred' || status === 'open')
    .map(({ decisionId, question, status }) => ({
      category: 'decision',
      summary: `Decision ${decisionId} is still ${status}: ${question}`,
      events: [],
    }));
}

function historyOf(before: string | undefined): readonly unknown[] {
  const read = before === undefined ? undefined : readRetrospective(before);
  if (!read?.ok) return [];
  const { provenance, provenance_history: history } = read.values;
  return [...(Array.isArray(history) ? (history as unknown[]) : []), ...(provenance ? [provenance] : [])];
}
