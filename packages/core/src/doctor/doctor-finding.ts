/** One thing that the doctor noticed, in the keys of its JSON output (L§3.8). */
export interface DoctorFinding {
  /** Only an error makes the command fail. */
  readonly severity: 'error' | 'warning';
  /** Stable name of the check, such as `stale_claim`. */
  readonly category: string;
  /** Package concerned; `null` for the mission or the repository. */
  readonly wp_id: string | null;
  readonly message: string;
  /** What to do, as a sentence; a command in it exists. */
  readonly recommended_action: string;
}
