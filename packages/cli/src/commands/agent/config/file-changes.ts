import type { SurveyedFile } from '@spec-kitty/local/agents/command-files';
import { folderLines } from '../../../agents/folder-lines.ts';

/** What was done to files, and what was left alone because somebody has changed it. */
export interface FileChanges {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  readonly left_alone: readonly string[];
}

/** Sorts files by what happens to them. */
export function fileChanges(survey: readonly SurveyedFile[]): FileChanges {
  const paths = (decision: SurveyedFile['decision']) =>
    survey.filter((file) => file.decision === decision).map(({ path }) => path);
  return {
    created: paths('create'),
    updated: paths('update'),
    removed: paths('remove'),
    left_alone: paths('conflict'),
  };
}

/** Says the same in lines; none where nothing happened. */
export function changeLines({ created, updated, removed, left_alone }: FileChanges): readonly string[] {
  return [
    ...named('created', folderLines(created)),
    ...named('updated', folderLines(updated)),
    ...named('removed', folderLines(removed)),
    ...left_alone.map((path) => `  left alone, since somebody has changed it: ${path}`),
  ];
}

function named(word: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${word}  ${line}`);
}
