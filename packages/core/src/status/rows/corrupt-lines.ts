import { Fault } from '../../fault.ts';
import { decodeLog, type LogSource } from './decode-log.ts';

/**
 * Every line that keeps a log from being read, where decoding stops at the first; without one, what is wrong between
 * lines.
 */
export function corruptLines(copies: readonly LogSource[]): readonly Fault[] {
  const broken = copies.flatMap(({ text, file }) =>
    text.split('\n').flatMap((line, index) => failure([{ text: line, file, firstLine: index + 1 }])),
  );
  return broken.length > 0 ? broken : failure(copies);
}

function failure(sources: readonly LogSource[]): readonly Fault[] {
  try {
    decodeLog(sources);
    return [];
  } catch (error) {
    if (error instanceof Fault) return [error];
    throw error;
  }
}
