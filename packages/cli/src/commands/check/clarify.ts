import { lineOf } from '@spec-kitty/core/check/document-rules';
import { counted } from '@spec-kitty/core/counted';
import { openClarifications } from '@spec-kitty/core/mission/clarifications';
import { DECISIONS, readDecisions } from '@spec-kitty/core/mission/decisions';
import { QUESTIONED } from '@spec-kitty/core/mission/readiness';
import { requireFiles } from '@spec-kitty/core/mission/require-branch';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { AppContext } from '../../context.ts';

/** Lists what nobody has answered yet. */
export async function clarify(
  this: AppContext,
  { mission: handle, json }: { mission?: string; json: boolean },
): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  requireFiles(mission);
  const questions = questionsOf(mission.files).map((one) => ({
    ...one,
    file: `kitty-specs/${mission.directory}/${one.file}`,
  }));
  this.show(json, { mission_slug: mission.directory, questions, count: questions.length }, () =>
    [
      ...questions.flatMap(({ file, line, column, question, decision_id: id, options }) => [
        `${[file, line, column].filter((part) => part !== null).join(':')}: ${question || '(no question is written there)'}${id === null ? '' : ` (decision ${id})`}`,
        ...options.map((option) => `  - ${option}`),
      ]),
      `${mission.directory}: ${counted(questions.length, 'open question')}.`,
      ...(questions.some(({ decision_id: id }) => id !== null)
        ? [
            `Answer a decision with \`spec-kitty agent decision resolve <id> --final-answer "<answer>" --mission ${shellWord(mission.directory)}\`.`,
          ]
        : []),
      ...(questions.some(({ kind }) => kind === 'marker')
        ? ['Then write the answer in place of its [NEEDS CLARIFICATION: …].']
        : []),
    ].join('\n'),
  );
}

function questionsOf(files: MissionFiles) {
  const index = files.read(DECISIONS);
  const decisions = readDecisions(index);
  const open = decisions.filter(({ status }) => status === 'open');
  const markers = QUESTIONED.flatMap((file) => openClarifications(file, files.read(file), decisions));
  return [
    ...markers.map(({ decisionId, ...marker }) => ({
      kind: 'marker' as const,
      ...marker,
      decision_id: decisionId,
      options: decisions.find((one) => one.decisionId === decisionId)?.options ?? [],
    })),
    // One that stands in a document is told where it stands.
    ...open
      .filter(({ decisionId }) => markers.every((marker) => marker.decisionId !== decisionId))
      .map(({ decisionId, question, options }) => ({
        kind: 'decision' as const,
        file: DECISIONS,
        line: lineOf(index ?? '', decisionId) ?? null,
        column: null,
        question,
        decision_id: decisionId,
        options,
      })),
  ];
}
