/** Names of the rules that reading and finalizing a plan apply; `check` gives each an id, and the compiler sees that none lacks one. */
export type PlanningRule =
  | 'dependency-after-other-heading'
  | 'dependency-colon-in-bold'
  | 'dependency-conflict'
  | 'dependency-cycle'
  | 'dependency-hidden'
  | 'dependency-ids-ignored'
  | 'dependency-in-fence'
  | 'dependency-label'
  | 'dependency-list-ended'
  | 'dependency-not-at-line-start'
  | 'dependency-self'
  | 'dependency-unknown'
  | 'document-unfinished'
  | 'fence-unclosed'
  | 'file-name'
  | 'frontmatter-invalid'
  | 'frontmatter-missing'
  | 'frontmatter-not-editable'
  | 'frontmatter-value'
  | 'glob-without-match'
  | 'heading-form'
  | 'heading-in-fence'
  | 'heading-level'
  | 'heading-repeated'
  | 'id-mismatch'
  | 'id-repeated'
  | 'id-taken'
  | 'lanes-invalid'
  | 'literal-path-missing'
  | 'not-a-file'
  | 'not-utf8'
  | 'overlap'
  | 'owned-files-inferred'
  | 'owned-files-missing'
  | 'owned-kitty-specs'
  | 'owned-kittify'
  | 'path'
  | 'requirement-bare-prose'
  | 'requirement-ref-dropped'
  | 'requirement-refs-missing'
  | 'requirement-unknown'
  | 'requirement-unmapped'
  | 'section-extra'
  | 'section-missing'
  | 'surface'
  | 'wps-id'
  | 'wps-id-repeated'
  | 'wps-invalid'
  | 'wps-value';

/** Something a planning file says that the reader should know about: a near miss, a problem, a loss. */
export interface PlanningFinding {
  /** Relative to the mission directory, with `/`. */
  readonly file: string;
  /** Counted from 1; `undefined` where the finding is about the file as a whole. */
  readonly line: number | undefined;
  readonly rule: PlanningRule;
  readonly message: string;
}
