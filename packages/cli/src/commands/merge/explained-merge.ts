import type {
  ConflictSide,
  ExplainedConflict,
  ExplainedMerge,
  SideCommit,
} from '@spec-kitty/core/conflicts/explain-merge';
import { shellWord } from '@spec-kitty/core/shell-word';

/** Who changed what on both sides of every conflict, for programs. */
export function explainDocument({ view, target, conflicts }: ExplainedMerge) {
  return {
    result: conflicts.length > 0 ? 'conflicts' : 'no_conflicts',
    mission_slug: view.mission.directory,
    target_branch: target,
    conflicts: conflicts.map(({ lane, path, kind, hunks, theirs, ours }) => ({
      lane,
      path,
      kind,
      hunks,
      theirs: sideDocument(theirs),
      ours: ours.map(sideDocument),
    })),
  };
}

function sideDocument({ name, commits }: ConflictSide) {
  return {
    name,
    commits: commits.map(({ commit, author, subject, deletes, renames, wp, requirements }) => ({
      commit,
      author,
      subject,
      deletes,
      renames,
      wp_id: wp,
      requirement_refs: requirements,
    })),
  };
}

/** The same, for people. */
export function explainSentences({ view, target, conflicts }: ExplainedMerge): readonly string[] {
  const { directory } = view.mission;
  if (conflicts.length === 0) return [`${directory} has no conflicts with ${target}.`];
  const lanes = [...new Set(conflicts.map(({ lane }) => lane))];
  return [
    ...conflicts.flatMap(conflictLines),
    ...lanes.map(
      (lane) =>
        `Resolve those of ${lane} with \`spec-kitty conflicts start --lane ${shellWord(lane)} --mission ${shellWord(directory)}\`.`,
    ),
  ];
}

function conflictLines({ lane, path, kind, hunks, theirs, ours }: ExplainedConflict): readonly string[] {
  const met = ours.map(({ name }) => name).join(', ');
  return [
    `${path} (${kind}): ${lane} against ${met}`,
    ...[theirs, ...ours].flatMap(({ name, commits }) => [
      `  ${name}:${commits.length === 0 ? ' no commit of its own' : ''}`,
      ...commits.map((commit) => `    ${commitText(commit)}`),
    ]),
    ...hunks.flatMap((hunk) => [
      `  <<<<<<< ${met}, line ${hunk.line}`,
      ...indented(hunk.ours),
      '  =======',
      ...indented(hunk.theirs),
      `  >>>>>>> ${lane}`,
    ]),
    '',
  ];
}

function commitText(side: SideCommit): string {
  const { commit, author, subject, deletes, renames, wp, requirements } = side;
  const did = renames ? ` renamed ${renames.from} to ${renames.to}` : deletes ? ' deleted it' : '';
  const refs = requirements.length > 0 ? ` (${requirements.join(', ')})` : '';
  return `${commit.slice(0, 12)} ${wp === null ? '' : `${wp}${refs} `}${author}${did}: ${subject}`;
}

function indented(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}
