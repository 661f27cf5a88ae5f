'use strict';

// Loaded before anything is built or found to be, so written by hand.
const { readFileSync } = require('fs');
const Module = require('module');
const path = require('path');
const vm = require('vm');

/**
 * Most commands end before optimised code pays for its compilation: with Node 20's default a listing of 200 missions
 * takes half as much CPU again. Long logs still get optimised. Later versions do not know the flag.
 */
const FLAGS = process.versions.node.startsWith('20.') ? '--interrupt-budget=1000000' : '';

/** V8 takes back only what the same V8 has compiled. */
function compiledFolder(dist) {
  return path.join(dist, 'compiled', [process.platform, process.arch, process.versions.v8].join('-'));
}

/**
 * Runs the modules of a build from what V8 made of them when it was built, which is a third of a start; one of which that
 * is missing, or of another V8, is compiled as ever. The folder is made with the modules and replaced with them.
 *
 * `ran(script, file)` is told of each module, and where what it was compiled to belongs.
 */
exports.runCompiled = function runCompiled(dist, ran) {
  // First: V8 refuses what it compiled under other flags.
  if (FLAGS) require('v8').setFlagsFromString(FLAGS);
  const folder = compiledFolder(dist);
  // Node's own name for what documents call `require.extensions`.
  // oxlint-disable-next-line no-underscore-dangle
  const extensions = Module._extensions;
  const plain = extensions['.js'];
  extensions['.cjs'] = function load(module, filename) {
    if (!filename.startsWith(dist + path.sep)) return plain(module, filename);
    const file = path.join(folder, `${path.basename(filename)}.bin`);
    const script = new vm.Script(Module.wrap(readFileSync(filename, 'utf8')), {
      filename,
      cachedData: bytesOf(file),
      // A stack names the column in the file.
      columnOffset: -Module.wrapper[0].length,
    });
    if (ran) ran(script, file);
    const need = (id) => module.require(id);
    const body = script.runInThisContext();
    body.call(module.exports, module.exports, need, module, filename, path.dirname(filename));
  };
};

function bytesOf(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
