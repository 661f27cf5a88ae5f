import { formatInstant } from '../instant.ts';

/** Name of an entry in the trash: when it went, in UTC, and what it was; names sort by time. */
export function trashName(folder: string, nowMs: number): string {
  const stamp = formatInstant(Math.floor(nowMs) * 1000)
    .slice(0, 19)
    .replaceAll(/[-:]/g, '');
  return `${stamp}Z-${folder}`;
}
