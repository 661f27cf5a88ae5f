import { readFileSync } from 'node:fs';

/** Of the clock that the kernel counts a process's time by. */
const TICKS_PER_S = 100;

/**
 * What processes hold of memory, in MB, and what they have used of CPU, in milliseconds, with those that they have waited for.
 *
 * @param part `Rss` counts shared pages for each of them, `Pss` divides them among all who share them.
 */
export function useOf(pids, part) {
  const uses = pids.map((pid) => useOfOne(pid, part));
  const sum = (name) => uses.reduce((all, one) => all + one[name], 0);
  return { mb: sum('mb'), cpuMs: sum('cpuMs') };
}

function useOfOne(pid, part) {
  try {
    const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = Number(new RegExp(String.raw`^${part}:\s+(\d+)`, 'm').exec(memory)?.[1] ?? 0);
    // The name, in brackets, may have spaces of its own.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = fields.slice(11, 15).reduce((all, one) => all + Number(one), 0);
    return { mb: kilobytes / 1024, cpuMs: (ticks / TICKS_PER_S) * 1000 };
  } catch {
    // It has ended since; its parent has its time.
    return { mb: 0, cpuMs: 0 };
  }
}
