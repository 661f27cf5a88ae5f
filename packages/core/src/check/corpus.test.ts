import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { expect, test } from 'vitest';
import { checkMission, type CheckReport } from './check-mission.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/missions', import.meta.url));
const absent = existsSync(corpus) ? '' : ' (skipped: the corpus is not beside the repository)';

function report(mission: string): CheckReport {
  const folder = path.join(corpus, mission);
  const read = (name: string) =>
    existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8') : undefined;
  const list = (name: string) =>
    existsSync(path.join(folder, name)) ? readdirSync(path.join(folder, name)).toSorted() : [];
  const meta = JSON.parse(read('meta.json') ?? '{}') as MissionMeta;
  const files = list('tasks').map((name) => ({ name, text: read(`tasks/${name}`) ?? '' }));
  return checkMission({
    plan: {
      mission,
      meta,
      targetBranch: 'main',
      spec: read('spec.md'),
      plan: read('plan.md'),
      tasksMd: read('tasks.md'),
      wpsYaml: read('wps.yaml'),
      lanesJson: read('lanes.json'),
      files,
      // All of them were delivered: what they owned then is not to be looked up in this repository.
      progress: new Map(files.map(({ name }) => [name.slice(0, 4), { lane: 'done', started: true }])),
      trackedFiles: [],
      computedAt: '2030-01-01T00:00:00.000000+00:00',
    },
    files: { read, list },
    unreadable: [],
    exists: undefined,
  });
}

test.skipIf(absent)(`every mission is checked, quickly, and finds what it found before${absent}`, () => {
  const before = process.cpuUsage();
  const found = readdirSync(corpus)
    .toSorted()
    .flatMap((mission) => report(mission).findings);
  // About one second on a quiet machine.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
  const counts = new Map<string, number>();
  for (const { rule } of found) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  expect(Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))).toMatchInlineSnapshot(`
    {
      "clarification-open": 2,
      "criterion-missing": 28,
      "dependency-colon-in-bold": 26,
      "dependency-conflict": 27,
      "dependency-hidden": 27,
      "dependency-ids-ignored": 58,
      "dependency-label": 59,
      "dependency-list-ended": 57,
      "dependency-not-at-line-start": 104,
      "heading-level": 31,
      "heading-repeated": 4,
      "owned-kitty-specs": 284,
      "package-count": 1,
      "package-too-large": 51,
      "package-unknown": 8,
      "path": 1,
      "planning-open": 6,
      "requirement-ref-dropped": 15,
      "requirement-refs-missing": 138,
      "requirement-repeated": 8,
      "requirement-undeclared": 16,
      "requirement-unknown": 1,
      "requirement-unmapped": 378,
      "section-extra": 10,
      "section-missing": 34,
      "story-without-scenario": 6,
      "subtask-elsewhere": 4,
      "subtask-repeated": 7,
      "subtask-unlisted": 1,
      "subtask-untold": 5,
    }
  `);
});
