import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '@spec-kitty/core/fault';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FuzzedParser, PARSERS } from './parsers.ts';

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
/** Texts for each reader; `FUZZ_RUNS=20000` looks for longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
const LONG = process.env['FUZZ_RUNS'] !== undefined;
/** Bytes of the long texts; what a reader needs grows with them, not with their square. */
const LENGTH = LONG ? 1024 * 1024 : 128 * 1024;
/** Where it is linear it takes some ten milliseconds, where it is not, minutes. */
const LIMIT_MS = 5000;

/** Texts that once were a problem, or look like one, by file name. */
function seedsOf(name: string): readonly string[] {
  const folder = path.join(CORPUS, name);
  return existsSync(folder)
    ? readdirSync(folder)
        .toSorted()
        .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    : [];
}

/** The text of a format that is sound. */
function plainOf(name: string): string {
  return readdirSync(path.join(CORPUS, name)).find((file) => file.startsWith('plain.')) ?? '';
}

/** What a reader makes of a text, or the Fault; anything else that it throws is a crash. */
async function outcomeOf({ read }: FuzzedParser, text: string): Promise<unknown> {
  try {
    return await read(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

describe.each(Object.entries(PARSERS))('%s', (name, parser) => {
  const seeds = seedsOf(name);
  const holds = async (text: string) => {
    const outcome = await outcomeOf(parser, text);
    expect(parser.placed?.(outcome) ?? true, `says where: ${JSON.stringify(outcome)}`).toBe(true);
  };

  test('reads every kept text', async () => {
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) await holds(seed);
  });

  test('reads or refuses any text, and says where', async () => {
    const piece = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...parser.pieces) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
    );
    const pieces = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
    // A kept text with something put into it, in the place of something else.
    const changed = fc
      .tuple(fc.constantFrom('', ...seeds), fc.nat(), fc.nat(20), pieces)
      .map(([seed, at, cut, text]) => {
        const from = at % (seed.length + 1);
        return seed.slice(0, from) + text + seed.slice(from + cut);
      });
    await fc.assert(fc.asyncProperty(fc.oneof(pieces, changed), holds), { numRuns: RUNS });
  }, 600_000);

  test('is not slow with long texts', async () => {
    const { pieces, share = 1 } = parser;
    const parts = [
      ...pieces,
      ...(LONG
        ? [...pieces.map((piece) => `${piece}\n`), ...pieces.map((piece) => `${piece} `), ...seeds]
        : []),
      ' ',
      'a',
    ];
    const head = readFileSync(path.join(CORPUS, name, plainOf(name)), 'utf8');
    for (const part of new Set(parts.filter((one) => one !== ''))) {
      const body = part.repeat(Math.ceil((LENGTH * share) / part.length));
      for (const text of [body, head + body]) {
        const started = performance.now();
        await outcomeOf(parser, text);
        expect(performance.now() - started, JSON.stringify(part)).toBeLessThan(LIMIT_MS);
      }
    }
  }, 600_000);
});
