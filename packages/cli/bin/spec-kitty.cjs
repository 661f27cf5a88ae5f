#!/usr/bin/env node
'use strict';

// Written by hand in old syntax, so that an old Node gets a sentence instead of a syntax error.
const { existsSync, readFileSync, writeSync } = require('fs');
const path = require('path');

const OLDEST = [20, 19];
const BUG = 70;

/** Writes without `process.stdout` and `process.stderr`, which take 1.5 ms to set up. */
function print(descriptor, line) {
  try {
    const bytes = Buffer.from(`${line}\n`);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    // With EPIPE whoever asked has stopped reading; and without standard error there is nobody to tell.
    if (error.code === 'EPIPE' || descriptor === 2) return;
    refuse(`Error: The output could not be written: ${error.message} [OUTPUT_NOT_WRITTEN]`, 1);
  }
}

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function refuse(sentence, exitCode) {
  print(2, sentence);
  process.exitCode = exitCode;
}

const argv = process.argv.slice(2);
const main = path.join(__dirname, '..', 'dist', 'main.cjs');
const help = path.join(__dirname, '..', 'dist', 'help.txt');
const plain = argv.filter((word) => word !== '--json');
if (plain.length === 1 && (plain[0] === '--version' || plain[0] === '-V')) {
  const version = require('../package.json').version;
  print(1, plain.length === argv.length ? version : JSON.stringify({ version: version }, null, 2));
} else if (isTooOld(process.versions.node)) {
  refuse(`spec-kitty needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}.`, 1);
} else if (
  (argv.length === 0 || (argv.length === 1 && ['--help', '-h', 'help'].includes(argv[0]))) &&
  existsSync(help)
) {
  print(1, readFileSync(help, 'utf8').trimEnd());
} else if (existsSync(main)) {
  require('./run-compiled.cjs').runCompiled(path.dirname(main));
  require(main)
    .main(argv)
    .catch((error) => refuse(error.stack, BUG));
} else refuse('This is a checkout without a build: run `npm run build` first.', BUG);
