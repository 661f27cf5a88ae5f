/** Whose conflicts are meant. */
export interface ResolutionRequest {
  readonly mission: string | undefined;
  /** `undefined`: the only one that can be meant. */
  readonly lane: string | undefined;
}
