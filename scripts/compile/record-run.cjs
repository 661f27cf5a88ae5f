'use strict';

// Runs one command line of a build, and keeps what V8 has compiled by its end of each module that no run before has needed:
// record-run.cjs DIST ARGUMENT…
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { runCompiled } = require('../../packages/cli/bin/run-compiled.cjs');

const [dist, ...argv] = process.argv.slice(2);
const ran = [];
runCompiled(dist, (script, file) => existsSync(file) || ran.push([script, file]));
process.on('exit', () => {
  for (const [script, file] of ran) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, script.createCachedData());
  }
});
require(path.join(dist, 'main.cjs')).main(argv);
