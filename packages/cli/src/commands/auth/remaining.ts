import { counted } from '@spec-kitty/core/counted';

/** A length of time in its largest whole unit (A§1.9). */
export function remaining(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (ms <= 0) return 'expired';
  if (minutes < 1) return '< 1 minute';
  if (minutes < 60) return counted(minutes, 'minute');
  return minutes < 1440
    ? counted(Math.floor(minutes / 60), 'hour')
    : counted(Math.floor(minutes / 1440), 'day');
}
