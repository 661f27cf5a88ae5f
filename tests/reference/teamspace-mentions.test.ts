import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../packages/server/src/testing/run-command.ts';
import { shellWords } from './command-tree.ts';
import { literals, productTexts, type ProductText, ROOT, serverFiles } from './product-texts.ts';

const CALL = /spec-kitty teamspace ([^`\n]*)/g;
const FLAG = /(?<![\w-])--([a-z][a-z-]*)/g;
/** Of PostgreSQL's initdb, and of `spec-kitty auth login`. */
const FOREIGN = new Set(['--encoding', '--no-locale', '--auth', '--pwfile', '--server', '--headless']);
/** Its properties look like options. */
const STYLESHEET = 'packages/server/src/pages/frame/stylesheet.ts';

function serverTexts(): readonly ProductText[] {
  return serverFiles()
    .filter((file) => file !== STYLESHEET)
    .flatMap((file) => literals(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

function callsIn(texts: readonly ProductText[]): readonly string[] {
  const calls = texts.flatMap(({ text }) => [...text.matchAll(CALL)].map(([, call = '']) => call));
  return calls
    .map((call) => call.replace(/(?: #| {2}|, | \||\)$).*$/, '').trim())
    .filter((call) => /^[a-z-]/.test(call));
}

/** Help of the command that a line calls, or nothing where there is no such command. */
async function helpOf(call: string): Promise<string> {
  const { code, out } = await runCommand([...shellWords(call), '--help']);
  return code === 0 ? out : '';
}

function flagsOf(text: string): readonly string[] {
  return [...text.matchAll(FLAG)].map(([flag]) => flag);
}

/** Which calls name a command or an option that there is not. */
async function wrongCalls(calls: readonly string[]): Promise<readonly string[]> {
  const helps = await Promise.all(calls.map(helpOf));
  return calls.filter((call, at) => {
    const known = new Set(flagsOf(helps[at] ?? ''));
    return helps[at] === '' || flagsOf(call).some((flag) => !known.has(flag));
  });
}

let known: ReadonlySet<string>;

beforeAll(async () => {
  const helps = await Promise.all(callsIn(serverTexts()).map(helpOf));
  known = new Set(helps.flatMap(flagsOf));
});

test('every command of the server that a text names exists, with its options', async () => {
  const calls = [...new Set(callsIn([...serverTexts(), ...productTexts()]))];
  expect(calls.length).toBeGreaterThan(20);
  expect(await wrongCalls(calls)).toEqual([]);
});

test('so does every option that a text of the server names by itself', () => {
  const flags = serverTexts().flatMap(({ text }) => flagsOf(text));
  expect(flags).toContain('--database-url');
  expect(flags.filter((flag) => !known.has(flag) && !FOREIGN.has(flag))).toEqual([]);
});

test('one that does not exist is found', async () => {
  const wrong = ['usr list', 'user lst', 'user list --tactics', 'key rotate --end-session'];
  expect(await wrongCalls([...wrong, 'user list --json', 'serve'])).toEqual(wrong);
});
