#!/usr/bin/env node
'use strict';

/*
 * The agent `script`: does what a folder of scripts says, as a process of its own, so that a run can be tried and tested
 * without a model. `<package>.json` in the folder of SPEC_KITTY_SCRIPT holds
 *
 *   attempts  what an implementer commits, first at once and then after each time that the package comes back:
 *             { message, files: { path: whole text, or { append: text } } }, and with `merge` a branch that is merged
 *             first, whose conflicts the files resolve
 *   verdicts  what reviewers say, one after the other; the last one again and again; "approved" unless given
 *   check     program that a reviewer runs in the workspace and believes, instead of verdicts
 *   ms        how long each of them takes
 *
 * It knows what is done already from Git and from the prompt alone, so that it can be killed at any time.
 */
const { execFileSync, spawnSync } = require('node:child_process');
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const { SPEC_KITTY_SCRIPT: folder, SPEC_KITTY_WP: wp, SPEC_KITTY_ROLE: role } = process.env;
const { SPEC_KITTY_PROMPT: promptFile, SPEC_KITTY_REPORT: reportFile } = process.env;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function report(document) {
  writeFileSync(reportFile, `${JSON.stringify(document)}\n`);
}

const git = (...args) =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** How often the package has come back, by the heading of a fix. */
function cycle() {
  return Number(/^# Fix Mode: .* Cycle (\d+)$/m.exec(readFileSync(promptFile, 'utf8'))?.[1] ?? 0);
}

function implement({ attempts, subtasks = [] }) {
  const { message, files, merge } = attempts[Math.min(cycle(), attempts.length - 1)];
  const isDone = git('log', '--format=%s', '-n', '50').split('\n').includes(message);
  if (!isDone) {
    if (merge) spawnSync('git', ['merge', '--no-commit', '--no-ff', merge], { stdio: 'inherit' });
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.resolve(name)), { recursive: true });
      // What is appended goes to what is committed: an attempt that was killed may have written some of it.
      const text =
        typeof content === 'string' ? content : `${git('show', `HEAD:${name}`)}\n${content.append}`;
      writeFileSync(name, text);
    }
    git('add', '-A', '--', ...Object.keys(files));
    git('commit', '--quiet', '--message', message);
  }
  report({ subtasks_done: subtasks });
}

/** How many tests Node's runner counts; of any other program, the program. */
function passedIn(output) {
  const count = /^(?:#|ℹ) pass (\d+)/m.exec(output)?.[1];
  return count === undefined ? 'All checks' : `${count} tests`;
}

/** What the first failing test says in TAP, else the last line. */
function findingIn(output) {
  const error = /^ *error: (?:\|-\s*\n *)?(.*)$/m.exec(output)?.[1];
  return (
    (error ?? output.trim().split('\n').at(-1) ?? '').replace(/^(['"])(.*)\1$/, '$2').trim() ||
    'A check fails.'
  );
}

function review({ verdicts = ['approved'], check, advice = 'Mend it.' }) {
  if (check) {
    const { status, stdout, stderr } = spawnSync(check[0], check.slice(1), { encoding: 'utf8' });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    if (status === 0) report({ verdict: 'approved', summary: `${passedIn(stdout)} pass.` });
    else report({ verdict: 'changes_requested', summary: findingIn(stdout + stderr), findings: [advice] });
    return;
  }
  const past = Number(/since it was sent back/.test(readFileSync(promptFile, 'utf8')));
  const verdict = verdicts[Math.min(past, verdicts.length - 1)];
  report({
    verdict,
    summary: verdict === 'approved' ? 'As the script says.' : 'The script says no.',
    findings: verdict === 'approved' ? [] : [advice],
  });
}

if (!folder) fail('The agent "script" needs SPEC_KITTY_SCRIPT, a folder with one file for each package.');
let script;
try {
  script = JSON.parse(readFileSync(path.join(folder, `${wp}.json`), 'utf8'));
} catch (error) {
  fail(`There is no script for ${wp}: ${error.message}`);
}
setTimeout(() => (role === 'reviewer' ? review : implement)(script), script.ms ?? 0);
