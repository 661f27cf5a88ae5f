/** What a resume may take beyond its agents' own time. */
const BUDGET_MS = 2000;
/** Times are kept rounded up to so many milliseconds, with how many took as long. */
const STEP_MS = 10;

/** Adds times to those that are kept. */
export function withTimes(counts, times) {
  const rounded = times.map((ms) => Math.ceil(ms / STEP_MS) * STEP_MS);
  return rounded.reduce((all, ms) => ({ ...all, [ms]: (all[ms] ?? 0) + 1 }), counts);
}

/** Median, 95th percentile and maximum of what is kept; nothing where nothing is. */
export function timesOf(counts) {
  const times = Object.entries(counts)
    .flatMap(([ms, count]) => Array.from({ length: count }, () => Number(ms)))
    .toSorted((a, b) => a - b);
  if (times.length === 0) return undefined;
  const at = (share) => times[Math.ceil(times.length * share) - 1];
  const kept = times.filter((ms) => ms < BUDGET_MS).length;
  return { resumes: times.length, median_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1), under_2_s: kept };
}

/** The same in words. */
export function timesText(times) {
  if (times === undefined) return 'No resume was measured.';
  const { resumes, median_ms: median, p95_ms: p95, max_ms: max, under_2_s: kept } = times;
  const verdict = kept === resumes ? 'all' : `${kept} of ${resumes}`;
  return `Beyond the agents' own time a resume took ${median} ms in the median, ${p95} ms at the 95th percentile and ${max} ms at most (${resumes} measured): ${verdict} under 2 s.`;
}
