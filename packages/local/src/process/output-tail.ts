import type { ProcessResult } from './run-process.ts';

const SHOWN_LINES = 20;

type Output = Pick<ProcessResult, 'stdout' | 'stderr'>;

/** Everything that a program printed, its errors last. */
export function wholeOutput({ stdout, stderr }: Output): string {
  return stdout === '' || stdout.endsWith('\n') ? stdout + stderr : `${stdout}\n${stderr}`;
}

/** The end of it, as much as a report shows. */
export function outputTail(output: Output): string {
  return wholeOutput(output).trim().split('\n').slice(-SHOWN_LINES).join('\n');
}
