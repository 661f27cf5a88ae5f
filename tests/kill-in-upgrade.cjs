'use strict';

/* Preloaded into a process: kills it before the change of a file whose number is in KILL_AT, as a power cut might. */
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

let left = Number(process.env.KILL_AT);

for (const name of ['renameSync', 'rmSync', 'chmodSync']) {
  const change = fs[name];
  fs[name] = function killing(...args) {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return change.apply(this, args);
  };
}
syncBuiltinESMExports();
