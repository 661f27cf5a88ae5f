import { Fault } from '../fault.ts';

/** Refuses to write into a matrix that cannot be read: `MATRIX_INVALID`, with file and line. */
export function damagedMatrix(
  file: string,
  { line, problem }: { readonly line: number | null; readonly problem: string },
): Fault {
  const where = line === null ? file : `${file}:${line}`;
  return new Fault('refused', 'MATRIX_INVALID', `The matrix ${problem}: ${where}`, {
    hints: ['Repair the file, then run the command again.'],
    details: { file, line },
  });
}
