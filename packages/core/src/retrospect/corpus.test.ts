import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeLog } from '../status/rows/decode-log.ts';
import { expect, test } from 'vitest';
import { findLessons } from './find-lessons.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/missions', import.meta.url));
const name = 'the log of every mission teaches something that its events show';

(existsSync(corpus) ? test : test.skip)(
  existsSync(corpus) ? name : `${name} (skipped: no corpus beside the repository)`,
  () => {
    const counts: Record<string, number> = {};
    for (const mission of readdirSync(corpus)) {
      const file = `${corpus}/${mission}/status.events.jsonl`;
      if (!existsSync(file)) continue;
      const { laneEvents } = decodeLog([{ file, text: readFileSync(file, 'utf8') }]);
      const known = new Set(laneEvents.map(({ event_id: id }) => id));
      const { helped, notHelpful, gaps } = findLessons(laneEvents);
      for (const { category, events } of [...helped, ...notHelpful, ...gaps]) {
        expect(events.length, mission).toBeGreaterThan(0);
        expect(
          events.every((id) => known.has(id)),
          mission,
        ).toBe(true);
        counts[category] = (counts[category] ?? 0) + 1;
      }
    }
    expect(counts).toMatchInlineSnapshot(`
      {
        "override": 895,
        "review": 262,
        "time": 141,
        "waiting": 17,
      }
    `);
  },
);
