#!/usr/bin/env node
'use strict';

const { existsSync } = require('fs');
const path = require('path');

const BUG = 70;

function refuse(sentence, exitCode) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = exitCode;
}

const argv = process.argv.slice(2);
const main = path.join(__dirname, '..', 'dist', 'main.cjs');
if (argv.length === 1 && argv[0] === '--version')
  process.stdout.write(`${require('../package.json').version}\n`);
else if (Number(process.versions.node.split('.')[0]) < 20)
  refuse(`Teamspace needs Node 20.19 or newer; this is ${process.versions.node}.`, 1);
else if (existsSync(main))
  require(main)
    .main(argv)
    .catch((error) => refuse(error.stack, BUG));
else refuse('This is a checkout without a build: run `npm run build` first.', BUG);
