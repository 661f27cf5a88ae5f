import type { PlanningRule } from '../planning/planning-finding.ts';

/** How much a finding weighs: an error is what `finalize-tasks` or `accept` would refuse, a note says what is still to come. */
export type Severity = 'error' | 'warning' | 'note';

/** What a rule is called, and what it says to whoever breaks it. */
export interface CheckRule {
  /** Never given to another rule. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, in one sentence. */
  readonly help: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Names of all rules: those by which plans are finalized, and those of `check` alone. */
export type RuleName = PlanningRule | OwnRule;

type OwnRule =
  | 'clarification-open'
  | 'criterion-missing'
  | 'decision-open'
  | 'link-dead'
  | 'mission-type-missing'
  | 'mission-type-unknown'
  | 'package-count'
  | 'package-too-large'
  | 'package-unknown'
  | 'planning-open'
  | 'requirement-repeated'
  | 'requirement-undeclared'
  | 'scaffold-left'
  | 'story-without-scenario'
  | 'subtask-elsewhere'
  | 'subtask-repeated'
  | 'subtask-unlisted'
  | 'subtask-untold';

const error = row('error');
const warning = row('warning');
const note = row('note');

/** Every rule of `check`: one line each, with its id, what it finds, and how to mend that. */
export const CHECK_RULES: Readonly<Record<RuleName, CheckRule>> = {
  'requirement-unmapped': error`SK101 | A functional requirement is delivered by no work package. | Name it under requirement_refs of the package that delivers it.`,
  'requirement-unknown': error`SK102 | A work package names a requirement that spec.md does not declare. | Declare it in spec.md, or take it off requirement_refs.`,
  'requirement-refs-missing': error`SK103 | A work package names no requirement. | List what it delivers under requirement_refs.`,
  'requirement-bare-prose': error`SK104 | spec.md names requirements only in sentences, which declares nothing. | Begin a table row, list item or heading with each id.`,
  'requirement-ref-dropped': warning`SK105 | A success criterion is named where requirements are, and counts for nothing. | Name the requirement that it measures.`,
  'requirement-repeated': warning`SK106 | spec.md declares a requirement twice, with different words. | Keep one of them; give the other a free number.`,
  'requirement-undeclared': warning`SK107 | A planning document names a requirement that spec.md does not declare. | Declare it in spec.md, or correct the number.`,
  'criterion-missing': warning`SK108 | A functional requirement has nothing by which somebody could tell that it is met. | Say in spec.md, beside it or under acceptance criteria, what somebody does and then sees.`,
  'story-without-scenario': warning`SK109 | A user story has no acceptance scenario. | Add what is given, what somebody does, and what they then see.`,

  'file-name': error`SK201 | A file in tasks/ has a name that belongs to no work package. | Name it WPnn-slug.md.`,
  'frontmatter-missing': error`SK202 | The file of a work package does not begin with frontmatter. | Begin it with YAML between two "---" lines, as tasks/README.md shows.`,
  'frontmatter-invalid': error`SK203 | The frontmatter of a work package is not valid YAML. | Correct the line.`,
  'frontmatter-value': error`SK204 | A value in the frontmatter of a work package has the wrong form. | Write it as tasks/README.md shows.`,
  'frontmatter-not-editable': error`SK205 | The frontmatter of a work package cannot be changed safely. | Write its keys one per line.`,
  'id-mismatch': error`SK206 | The id inside a work package's file is not that of its name. | Make both the same.`,
  'id-repeated': error`SK207 | A work package has more than one file. | Keep one of them; give the others a free number.`,
  'not-utf8': error`SK208 | A planning file is not UTF-8 text. | Save it as UTF-8.`,
  'not-a-file': error`SK209 | A planning file is a link, no plain file, or may not be read. | Put the file itself there, readable.`,
  'owned-files-missing': error`SK210 | A work package that changes code owns no files. | List what it changes under owned_files.`,
  'owned-files-inferred': warning`SK211 | What a work package owns was taken from its text. | List it under owned_files.`,
  'owned-kitty-specs': error`SK212 | A work package owns files below kitty-specs/. | Take them off owned_files.`,
  path: error`SK213 | A path of a work package cannot be used. | Write it relative to the repository, with "/", without "..".`,
  overlap: error`SK214 | Two work packages that can run at the same time own a common file. | Make one depend on the other, or cut them along files.`,
  surface: error`SK215 | The authoritative surface of a work package holds none of its files. | Correct authoritative_surface, or remove it.`,
  'literal-path-missing': error`SK216 | A work package owns a file that does not exist. | Correct the path, or add it to create_intent.`,
  'glob-without-match': warning`SK217 | A glob of a work package matches no file. | Correct it, or add what will be there to create_intent.`,
  'package-too-large': warning`SK218 | A work package is more than one agent finishes and one reviewer judges in a sitting. | Cut it in two.`,
  'subtask-repeated': warning`SK219 | Two work packages, or one twice, list the same subtask. | Give each subtask one number and one package.`,
  'subtask-elsewhere': warning`SK220 | tasks.md gives a subtask to another work package than the frontmatter does. | Make both the same.`,
  'subtask-unlisted': warning`SK221 | tasks.md names a subtask that no work package lists, so it cannot be ticked off. | Add it to subtasks in the package's frontmatter.`,
  'subtask-untold': warning`SK222 | The section of a work package in tasks.md lists subtasks, but not all that the package has. | Make both the same.`,
  'id-taken': error`SK223 | A work package that is new in the plan has the number of one that is done or canceled. | Give it a number that the log does not have.`,
  'owned-kittify': warning`SK224 | A work package that changes code owns files below .kittify/, which no lane can deliver. | Take them off owned_files and change them on the target, or make it a planning package.`,

  'dependency-unknown': error`SK301 | A work package depends on one that does not exist. | Correct the id.`,
  'dependency-self': error`SK302 | A work package depends on itself. | Remove the dependency.`,
  'dependency-cycle': error`SK303 | Work packages wait for each other. | Remove one of the dependencies.`,
  'dependency-conflict': error`SK304 | Two planning files name different dependencies for one work package. | Make them equal.`,
  'dependency-hidden': warning`SK305 | tasks.md names a dependency that the frontmatter rules out. | Write it into the frontmatter, or remove it.`,
  'dependency-colon-in-bold': warning`SK306 | A dependency is not read, because the colon is inside the bold text. | Write "**Dependencies**: WP01".`,
  'dependency-label': warning`SK307 | A dependency is not read, because of its label. | Write "**Dependencies**: WP01".`,
  'dependency-not-at-line-start': warning`SK308 | A dependency is not read, because it does not begin its line or cell. | Begin the line with "**Dependencies**:".`,
  'dependency-ids-ignored': warning`SK309 | Ids of a dependency are not read. | Separate them by commas alone.`,
  'dependency-list-ended': warning`SK310 | A dependency is not read, because its list ended before it. | Make it a bullet that begins with the id.`,
  'dependency-in-fence': warning`SK311 | A dependency is not read, because it is inside fenced code. | Move it out of the code.`,
  'dependency-after-other-heading': warning`SK312 | A dependency counts for a work package although another part has begun. | Move it to the section it belongs to.`,
  'section-missing': error`SK313 | tasks.md or wps.yaml does not have a work package that has a file. | Add its section or entry.`,
  'section-extra': error`SK314 | tasks.md or wps.yaml has a work package without a file. | Write its file in tasks/, or remove the section or entry.`,
  'heading-form': warning`SK315 | A heading of tasks.md nearly names a work package. | Write "## WP01: title".`,
  'heading-level': warning`SK316 | A heading of tasks.md names a work package on a level that begins no section. | Write "## " or "### ".`,
  'heading-in-fence': warning`SK317 | A work package's heading is inside fenced code. | Move it out of the code.`,
  'heading-repeated': warning`SK318 | tasks.md has two sections for one work package, of which the last counts. | Keep one.`,
  'fence-unclosed': warning`SK319 | A code fence of tasks.md is never closed. | Close it.`,
  'wps-invalid': error`SK320 | wps.yaml cannot be read. | Correct it, or remove it.`,
  'wps-id': error`SK321 | An entry of wps.yaml has no usable id. | Give it an id such as WP01.`,
  'wps-id-repeated': error`SK322 | wps.yaml has a work package twice. | Keep one entry.`,
  'wps-value': error`SK323 | A value in wps.yaml has the wrong form. | Write it as the message says.`,
  'lanes-invalid': error`SK324 | lanes.json cannot be used. | Restore it from Git, or remove it before any work has started.`,
  'package-unknown': warning`SK325 | A planning document names a work package that does not exist. | Correct the number, or write its file.`,
  'package-count': warning`SK326 | A planning document gives another number of work packages than there are. | Correct the number.`,

  'document-unfinished': error`SK401 | There are work packages, and a document they rest on is missing or a scaffold. | Write the document.`,
  'planning-open': note`SK402 | Planning goes on: a step's document is missing or a scaffold. | Write the document when it is its turn.`,
  'clarification-open': error`SK403 | A document has an unresolved NEEDS CLARIFICATION, which acceptance refuses. | Answer it, and replace the marker by the answer.`,
  'decision-open': warning`SK404 | A planning decision is open, and the mission waits for it. | Ask whoever can decide, and record the answer.`,
  'scaffold-left': warning`SK405 | Text of a scaffold was left in a document. | Replace it, or remove the line.`,
  'link-dead': warning`SK406 | A relative link leads nowhere. | Correct the path.`,
  'mission-type-unknown': error`SK407 | meta.json names a mission type that this program does not know. | Correct mission_type; spec-kitty mission-type list shows what there is.`,
  'mission-type-missing': warning`SK408 | meta.json names no mission type. | Add mission_type.`,
};

/** Reads a row as `id | help | mend`. */
function row(severity: Severity): (text: TemplateStringsArray) => CheckRule {
  return ([text = '']) => {
    const [id = '', help = '', mend = ''] = text.split(' | ');
    return { id, severity, help, mend };
  };
}
