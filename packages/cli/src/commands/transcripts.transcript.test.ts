import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf } from '../testing/command-tree.ts';
import { type CliRun, runCli } from '../testing/run-cli.ts';
import { SampleStages, words } from '../testing/sample-stages.ts';
import { TRANSCRIPT_ROWS, type TranscriptLine } from '../testing/transcript-rows.ts';
import { version } from '../version.ts';

const KEPT = fileURLToPath(new URL('../testing/transcripts', import.meta.url));

let stages: SampleStages;
beforeAll(async () => {
  stages = new SampleStages();
  await stages.prepare();
});
afterAll(() => stages.dispose());

test('every command has a row under one of its names, and every kept transcript is one of a row', () => {
  const commands = commandsOf();
  const named = new Map([...commands].map(([, command]) => [command, [] as string[]]));
  for (const route of Object.keys(TRANSCRIPT_ROWS)) {
    const command = commands.get(route);
    if (!command) throw new Error(`There is no command ${route}`);
    named.get(command)?.push(route);
  }
  const names = [...commands].map(([route, command]) => [route, named.get(command)?.length]);
  expect(names.filter(([, rows]) => rows !== 1)).toEqual([]);
  const rows = new Set(Object.keys(TRANSCRIPT_ROWS).map(fileOf));
  expect(readdirSync(KEPT).filter((file) => !rows.has(path.join(KEPT, file)))).toEqual([]);
});

test.for(Object.entries(TRANSCRIPT_ROWS))(
  '%s: success, refusal, and a wrong command line',
  async ([route, { success, refusal }]) => {
    // A refusal changes nothing, so what comes after it needs no other repository.
    const refused = 'why' in refusal ? `Refusal: none. ${refusal.why}` : await shownRun(refusal, 1);
    const done = 'why' in success ? `Success: none. ${success.why}` : await shownRun(success, 0);
    const wrong = await runCli(stages.renew(), words(wrongLine(route)));
    expect(wrong.exitCode, wrong.transcript).toBe(2);
    const shown = [done, refused, readable(wrong)];
    await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(fileOf(route));
  },
);

function fileOf(route: string): string {
  return path.join(KEPT, `${route.replaceAll(' ', '-')}.txt`);
}

/** The command without anything where it needs something, else with an option that it does not have. */
function wrongLine(route: string): string {
  const { flags = {}, positional } = commandsOf().get(route)?.parameters ?? {};
  const needsFlag = Object.values(flags).some(
    (flag) => flag.kind !== 'boolean' && !('optional' in flag && flag.optional) && !('default' in flag),
  );
  const needsWord =
    positional?.kind === 'array'
      ? (positional.minimum ?? 0) > 0
      : positional?.parameters.some((one) => !one.optional && one.default === undefined);
  return needsFlag || needsWord ? route : `${route} --colour`;
}

async function shownRun(
  { line, stage, before = [], files = {}, git, cwd = '.' }: TranscriptLine,
  exitCode: number,
): Promise<string> {
  const repository = stages.at(stage);
  for (const earlier of before) await stages.run(earlier);
  repository.write(files);
  if (git) repository.git(...git);
  const run = await runCli(stages.world, words(line), { cwd: path.join(repository.root, cwd) });
  if (run.exitCode !== 0 && before.length === 0 && Object.keys(files).length === 0) stages.unchanged();
  expect(run.exitCode, run.transcript).toBe(exitCode);
  return readable(run);
}

/** Names for what differs from release to release and from disk to disk; a table with a size in it is as wide as its name. */
function readable({ transcript }: CliRun): string {
  const text = transcript
    .replaceAll(version, '<version>')
    .replaceAll(/\S*\/spec-kitty-\d+\/[0-9a-f]{12}(?=\/)/g, '<feedback>')
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '<short-hash>');
  const sizes = /\b\d+(?:\.\d)? [kMG]?B\b/g;
  return sizes.test(text) ? text.replaceAll(sizes, '<size>').replaceAll(/(?<=\S) {2,}/g, '  ') : text;
}
