'use strict';

/* An agent that does what the file of its package says, step by step, honest or not; see phantom-case.ts. */
const { execFileSync, spawnSync } = require('node:child_process');
const { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const {
  SPEC_KITTY_SCRIPT: scripts,
  SPEC_KITTY_WP: wp,
  SPEC_KITTY_ROLE: role,
  SPEC_KITTY_REPORT: report,
} = process.env;
const { folder, base, work, claim, review, verdict } = JSON.parse(
  readFileSync(path.join(scripts, `${wp}.json`), 'utf8'),
);

const PROGRAM = path.join(__dirname, '../../../cli/bin/spec-kitty.cjs');
const git = (...args) => execFileSync('git', args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** Where a path of the case is. */
function at(name) {
  const file = path.resolve(name.startsWith('/') ? name.slice(1) : path.join(folder, name));
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

for (const step of role === 'reviewer' ? review : work) {
  for (const [name, text] of Object.entries(step.write ?? {})) writeFileSync(at(name), text);
  for (const name of step.remove ?? []) rmSync(at(name), { recursive: true, force: true });
  for (const [name, target] of Object.entries(step.link ?? {})) {
    rmSync(at(name), { force: true });
    symlinkSync(target, at(name));
  }
  for (const line of step.git ?? [])
    git(...line.map((word) => word.replace('@base', base).replace('@folder', folder)));
  for (const [name, text] of Object.entries(step.primary ?? {})) {
    const common = execFileSync('git', ['rev-parse', '--path-format=absolute', '--git-common-dir'], {
      encoding: 'utf8',
    });
    const file = (to) => path.join(path.dirname(common.trim()), to);
    if (name.startsWith('+')) appendFileSync(file(name.slice(1)), text);
    else writeFileSync(file(name), text);
  }
  // Whether it is let through is what somebody wants to know.
  for (const line of step.commands ?? [])
    spawnSync(process.execPath, [PROGRAM, ...line], { stdio: 'inherit' });
  if (step.commit !== undefined) {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', step.commit);
  }
}
writeFileSync(report, role === 'reviewer' ? verdict : claim);
