import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../repository-root.mjs';
import { median } from '../measure.mjs';
import { withBlock } from '../performance-table.mjs';
import { makeRunFixture } from './run-fixture.mjs';
import { timeRun } from './time-run.mjs';

const HELP = `npm run bench:run -- [--sizes 1x20,10x200,50x200] [--sleep 20] [--no-write]

Lets so many scripted agents at once deliver so many packages each of its own file, and says what the engine costs beside them: time for each
package, processor while all of them sleep, memory. An agent sleeps so many
seconds: from half as long to one and a half times, and once more, for the largest size, all equally long. The result goes to docs/performance.md.`;

const PAGE = path.join(ROOT, 'docs', 'performance.md');

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1x20,10x200,50x200' },
    sleep: { type: 'string', default: '20' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function benchRun() {
  const rows = [];
  const sizes = values.sizes.split(',');
  for (const [size, together] of [...sizes.map((one) => [one, false]), [sizes.at(-1), true]]) {
    const [agents, packages] = size.split('x').map(Number);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-run-'));
    try {
      const fixture = makeRunFixture(folder, { packages, sleepMs: Number(values.sleep) * 1000, together });
      const timed = await timeRun(fixture, agents);
      rows.push({ agents, packages, together, ...timed });
      console.log(line(rows.at(-1)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const table = [
    '| Agents at once | Packages | They end | Overhead for a package, median | 95 % | Processor while all sleep | Memory at most |',
    '| ---: | ---: | --- | ---: | ---: | ---: | ---: |',
    ...rows.map(line),
  ].join('\n');
  if (!values['no-write']) withPage(table);
}

function line({ agents, packages, together, overheadMs, idleShare, peakMb }) {
  const sorted = overheadMs.toSorted((a, b) => a - b);
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const idle = idleShare === null ? 'not measured' : `${(idleShare * 100).toFixed(1)} % of a core`;
  const ends = together ? 'together' : 'by and by';
  return `| ${agents} | ${packages} | ${ends} | ${(median(sorted) / 1000).toFixed(2)} s | ${(late / 1000).toFixed(2)} s | ${idle} | ${peakMb.toFixed(0)} MB |`;
}

function withPage(table) {
  writeFileSync(PAGE, withBlock(readFileSync(PAGE, 'utf8'), table, 'bench:run'));
}

if (values.help) console.log(HELP);
else await benchRun();
