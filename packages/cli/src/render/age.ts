import { counted } from '@spec-kitty/core/counted';

const HOUR_MS = 3_600_000;

/** How long ago something was, in days from the first whole one on, else in hours. */
export function age(ms: number | null): string {
  if (ms === null) return 'not known';
  const hours = Math.floor(Math.max(0, ms) / HOUR_MS);
  return hours < 24 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}
