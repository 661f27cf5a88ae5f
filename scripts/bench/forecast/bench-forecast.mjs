import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../repository-root.mjs';
import { median } from '../measure.mjs';
import { withBlock } from '../performance-table.mjs';
import { forecasters } from './forecasters.mjs';
import { forecastPage } from './forecast-page.mjs';
import { loadForecast } from './load-forecast.mjs';
import { withMadePairs } from './made-pairs.mjs';

const HELP = `npm run bench:forecast -- [--missions 60] [--seed TEXT] [--no-write]

Makes repositories with missions, merges the work of every two packages for real, and says what forecasts had said before.
The seed is the commit unless given, so that nobody can have seen it. The result goes to docs/evidence/forecast.md.`;

const PAGE = path.join(ROOT, 'docs', 'evidence', 'forecast.md');
const GENERATOR = 'packages/testkit/src/forecast';
const FORECAST = 'packages/core/src/run/forecast';

const { values } = parseArgs({
  options: {
    missions: { type: 'string', default: '60' },
    seed: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** Commits that show that the generator was there before; `undefined` where the history does not go back so far. */
function ages() {
  const generator = git('log', '-1', '--format=%h', '--', GENERATOR) || undefined;
  const forecast = git('log', '--reverse', '--format=%h', '--', FORECAST).split('\n')[0] || undefined;
  if (generator === undefined || forecast === undefined) return {};
  if (git('merge-base', generator, forecast) !== git('rev-parse', generator))
    throw new Error(
      `The generator was changed at ${generator}, after the forecast had begun at ${forecast}.`,
    );
  return { generator, forecast };
}

async function benchForecast() {
  const parts = await loadForecast();
  const seed = values.seed ?? git('rev-parse', 'HEAD');
  const missions = Number(values.missions);
  const [rows, times] = [[], []];
  for (let at = 0; at < missions; at += 1) {
    await withMadePairs(parts, `${seed} ${at}`, async (made) => {
      for (const [name, prepare] of Object.entries(forecasters(parts))) {
        const start = performance.now();
        const says = await prepare(made);
        if (name === 'this forecast') times.push(performance.now() - start);
        for (const { a, b, apart, conflicts } of made.pairs)
          rows.push({ name, apart, truth: conflicts.length > 0, ...says(a, b) });
      }
    });
  }
  const content = forecastPage(rows, { seed, missions, ...ages(), milliseconds: median(times) });
  console.log(content);
  if (!values['no-write'])
    writeFileSync(PAGE, withBlock(readFileSync(PAGE, 'utf8'), content, 'bench:forecast'));
}

if (values.help) console.log(HELP);
else await benchForecast();
