import { stripVTControlCharacters } from 'node:util';
import { redact } from '@spec-kitty/core/redact';
import type { ProcessResult } from './run-process.ts';

const SHOWN_LINES = 20;

type Output = Pick<ProcessResult, 'stdout' | 'stderr'>;

/** Everything that a program printed, its errors last, but for secrets. */
export function wholeOutput({ stdout, stderr }: Output): string {
  return redact(stdout === '' || stdout.endsWith('\n') ? stdout + stderr : `${stdout}\n${stderr}`);
}

/** The end of it, as much as a report shows, without colours; of a line that was written over, the last state. */
export function outputTail(output: Output): string {
  const lines = wholeOutput(output).trim().split('\n').slice(-SHOWN_LINES);
  return lines.map((line) => stripVTControlCharacters(line.trimEnd().split('\r').at(-1) ?? '')).join('\n');
}
