// Preloaded into a measured program: appends its own CPU time (us, children excluded) and peak memory (KiB) to the file
// named in SPEC_KITTY_BENCH_USAGE when it ends.
'use strict';
const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  appendFileSync(process.env.SPEC_KITTY_BENCH_USAGE, `usage ${userCPUTime + systemCPUTime} ${maxRSS}\n`);
});
