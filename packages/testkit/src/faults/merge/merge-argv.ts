/** Command line of a merge. */
export function mergeArgv(mission: string, ...options: readonly string[]): readonly string[] {
  return ['merge', '--mission', mission, '--json', ...options];
}
