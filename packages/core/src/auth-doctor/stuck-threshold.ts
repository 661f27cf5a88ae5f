/** Six times as long as a refresh may hold its lock (A§3.1). */
export const STUCK_THRESHOLD_S = 60;

const YEAR_S = 31_536_000;

/**
 * Reads the age in seconds from which a lock is stuck.
 *
 * @throws Error that says what is taken.
 */
export function parseStuckThreshold(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= YEAR_S) return seconds;
  throw new Error(`seconds above 0, up to ${YEAR_S}`);
}
