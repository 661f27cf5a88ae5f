/** One thing that speaks for or against a package. */
export interface GateCheck {
  readonly name:
    | 'commits'
    | 'history'
    | 'owned_files'
    | 'subtasks'
    | 'work'
    | 'links'
    | 'branches'
    | 'tests'
    | 'test_settings'
    | 'placeholders'
    | 'validation';
  /** What nobody looked at has not passed. */
  readonly state: 'passed' | 'failed' | 'not_checked';
  /** For people and for the agent that has to mend it. */
  readonly says: string;
}
