import path from 'node:path';

/** Where an attempt has its things. */
export interface AttemptFiles {
  readonly prompt: string;
  readonly report: string;
  /** Everything that the agent printed, but for secrets. */
  readonly log: string;
}

/** Files of an attempt in the folder of its mission's runs. */
export function attemptFiles(runs: string, attempt: string): AttemptFiles {
  const folder = path.join(runs, attempt);
  return {
    prompt: path.join(folder, 'prompt.md'),
    report: path.join(folder, 'report.json'),
    log: path.join(folder, 'output.log'),
  };
}
