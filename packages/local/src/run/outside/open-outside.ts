import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../files/disk-fault.ts';

/** A file that a process can write to, because it has opened it so. */
export interface OpenFile {
  readonly pid: number;
  readonly file: string;
}

/** Flags by which a file is opened for writing, for reading as well or not. */
const WRITING = 0o3;

/** Files of interest that processes have open for writing; only Linux tells. */
export function openForWriting(
  pids: readonly number[],
  isOfInterest: (file: string) => boolean,
): readonly OpenFile[] {
  return pids.flatMap((pid) =>
    (look(() => readdirSync(`/proc/${pid}/fd`)) ?? []).flatMap((fd) => {
      const file = look(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '';
      if (!path.isAbsolute(file) || !isOfInterest(file)) return [];
      const flags = /^flags:\s*([0-7]+)$/m.exec(
        look(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? '',
      )?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & WRITING) !== 0 ? [{ pid, file }] : [];
    }),
  );
}

function look<T>(at: () => T): T | undefined {
  try {
    return at();
  } catch (error) {
    // It has ended, or closed the file, or belongs to somebody else.
    if (/^(?:ENOENT|ESRCH|EACCES|EPERM)$/.test(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
