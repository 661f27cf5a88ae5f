import { isUtf8 } from 'node:buffer';
import { Fault } from '@spec-kitty/core/fault';

/** Decodes a file that people edit. @throws Fault `NOT_UTF8` naming it: guessing an encoding would corrupt it on rewrite. */
export function decodeText(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new Fault('refused', 'NOT_UTF8', `The file is not UTF-8 text: ${file}`, {
    hints: ['Save it as UTF-8 and try again.'],
    details: { file },
  });
}
