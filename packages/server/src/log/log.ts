/** How much somebody should care. */
export type LogLevel = 'info' | 'warn' | 'error';

/** One line for each thing that happened, as JSON; what is secret is never handed to it. */
export type Log = (level: LogLevel, event: string, facts?: Readonly<Record<string, unknown>>) => void;

/**
 * Writes JSON lines, each one whole.
 *
 * JSON escapes line breaks and control characters, so that nothing that a client says looks like a line of ours.
 */
export function jsonLog(write: (line: string) => void, nowMs: () => number): Log {
  return (level, event, facts = {}) => {
    const own = { time: new Date(nowMs()).toISOString(), level, event };
    // Twice: they come first, and no fact stands in for them.
    const line = JSON.stringify({ ...own, ...facts, ...own });
    write(`${line}\n`);
  };
}
