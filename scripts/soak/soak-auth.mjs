import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../repository-root.mjs';
import { run } from '../run-stage.mjs';

const HELP = `npm run soak:auth -- [--processes 200] [--compression 30] [--hours 24] [--no-evidence]

Lets processes share logins at two servers for so many hours of tokens that live 60 seconds. Both are shortened by the
compression: 24 hours at 30 take 48 minutes, with tokens of 2 seconds. Writes docs/evidence/soak-auth.json and .md.`;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    processes: { type: 'string', default: '200' },
    compression: { type: 'string', default: '30' },
    hours: { type: 'string', default: '24' },
    evidence: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else {
  const compression = Number(values.compression);
  const env = {
    ...process.env,
    SPEC_KITTY_SOAK_PROCESSES: values.processes,
    SPEC_KITTY_SOAK_LIFETIME_S: `${60 / compression}`,
    SPEC_KITTY_SOAK_SECONDS: `${(Number(values.hours) * 3600) / compression}`,
    ...(values.evidence && { SPEC_KITTY_SOAK_EVIDENCE: path.join(ROOT, 'docs', 'evidence') }),
  };
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  process.exitCode = run([...vitest, 'packages/local/src/session/session-soak.e2e.test.ts'], { env });
}
