import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEnvelope } from '../testing/run-envelope.ts';
import { type CliWorld, cliWorld, runJson } from '../testing/run-cli.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the repository)';

let world: CliWorld;

beforeAll(() => {
  world = cliWorld(new TempRepository());
  if (!absent)
    cpSync(path.join(corpus, 'missions'), path.join(world.repository.root, 'kitty-specs'), {
      recursive: true,
    });
});

afterAll(() => world.repository.dispose());

const missions = () => readdirSync(path.join(corpus, 'missions')).toSorted();

function expected<T>(name: string): Record<string, T> {
  return JSON.parse(readFileSync(path.join(corpus, 'expected', `${name}.json`), 'utf8')) as Record<string, T>;
}

/** Runs a command for one mission; the document has whatever keys the command documents. */
async function answer(command: string, mission: string) {
  const { exitCode, document } = await runJson(world, [...command.split(' '), '--mission', mission]);
  return { exitCode, document: document as Readonly<Record<string, unknown>> };
}

test.skipIf(absent)(`agent tasks status shows the numbers of every board${absent}`, async () => {
  for (const [mission, numbers] of Object.entries(expected<object>('board'))) {
    const { exitCode, document } = await answer('agent tasks status', mission);
    expect(exitCode, mission).toBe(0);
    expect(document, mission).toMatchObject(numbers);
    expect(document['work_packages'], mission).toHaveLength(Number(document['total_wps']));
  }
});

test.skipIf(absent)(`orchestrator-api list-ready lists what the predecessor lists${absent}`, async () => {
  for (const [mission, ready] of Object.entries(expected<readonly object[]>('ready'))) {
    const { data } = await runEnvelope(world, ['list-ready', '--mission', mission]);
    expect(data, mission).toMatchObject({ mission_slug: mission, ready_work_packages: ready });
  }
});

test.skipIf(absent)(`agent status validate finds what the predecessor finds${absent}`, async () => {
  type Findings = Record<'legality' | 'evidence', readonly string[]> & {
    schema: readonly (readonly [string, readonly string[]])[];
  };
  for (const [mission, wanted] of Object.entries(expected<Findings>('validate'))) {
    const { exitCode, document } = await answer('agent status validate', mission);
    const errors = [
      ...wanted.schema.flatMap(([, problems]) => problems),
      ...wanted.legality,
      ...wanted.evidence,
    ];
    expect(document['errors'], mission).toEqual(errors);
    expect(exitCode, mission).toBe(errors.length > 0 ? 1 : 0);
  }
});

test.skipIf(absent)(`agent status doctor finishes for every mission${absent}`, async () => {
  for (const mission of missions()) {
    const { exitCode, document } = await answer('agent status doctor', mission);
    expect(document['error'], mission).toBeUndefined();
    expect(exitCode, mission).toBe(document['error_count'] !== 0 ? 1 : 0);
  }
});

test.skipIf(absent)(
  `agent status materialize leaves the bytes of every current status.json${absent}`,
  async () => {
    const outcome = { equal: 0, stale: [] as string[], created: [] as string[] };
    for (const mission of missions()) {
      const file = path.join(world.repository.root, 'kitty-specs', mission, 'status.json');
      const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
      expect((await answer('agent status materialize', mission)).exitCode, mission).toBe(0);
      if (before === undefined) outcome.created.push(mission);
      else if (readFileSync(file, 'utf8') === before) outcome.equal += 1;
      else outcome.stale.push(mission);
    }
    expect(outcome).toMatchInlineSnapshot(`
      {
        "created": [
          "modular-per-package-ci-01M025GV",
          "rc3-operator-signal-fail-loud-01M0GGTV",
          "sonar-bug-blocker-remediation-01KZP2P2",
          "worktree-root-resolution-01M0B59R",
        ],
        "equal": 202,
        "stale": [
          "deliver-loaded-doctrine-01M0DSQM",
          "expected-artifacts-manifest-repair-01KZY498",
          "operating-procedures-validate-triage-01M0DR8F",
          "project-tier-drg-node-emission-01M0DM94",
          "rc3-mission-type-backfill-01M0GGNS",
          "single-authority-resolution-parity-01M0CEBQ",
        ],
      }
    `);
  },
);
