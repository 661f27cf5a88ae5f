'use strict';

/*
 * Preloaded into a process: kills it when a merge has moved the checkout and is about to move the branch, as a power cut
 * might, or sends it the signal that is asked for.
 */
const childProcess = require('node:child_process');
const { existsSync, readdirSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const MOVES = '.git/spec-kitty/moves';
const { spawn } = childProcess;

childProcess.spawn = function killing(command, args, ...rest) {
  const underWay = existsSync(MOVES) && readdirSync(MOVES).some((name) => name.startsWith('merge-'));
  if (underWay && args.includes('update-ref'))
    process.kill(process.pid, process.env.SPEC_KITTY_TEST_SIGNAL ?? 'SIGKILL');
  return spawn.call(this, command, args, ...rest);
};
syncBuiltinESMExports();
