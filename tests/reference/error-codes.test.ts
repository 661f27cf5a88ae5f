import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { EXIT_CODES } from '../../packages/core/src/fault.ts';
import { ERROR_CODES } from './error-codes.ts';
import { SERVER_ERROR_CODES } from './server-error-codes.ts';
import { literals, ROOT, serverFiles, sourceFiles } from './product-texts.ts';

/** Literals that look like a code and belong to Git or to the environment. */
const OTHERS = new Set([
  'BISECT_START',
  'CHERRY_PICK_HEAD',
  'CLOUD_ML_REGION',
  'GH_TOKEN',
  'GITHUB_TOKEN',
  'SPEC_KITTY_SCRIPT',
  'GIT_COMMITTER_IDENT',
  'GIT_VALUE_EMAIL',
  'GIT_VALUE_IDENT',
  'GIT_VALUE_NAME',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_KEY_VALUE',
  'GIT_CONFIG_VALUE_VALUE',
  'HTTPS_PROXY',
  'NO_PROXY',
  'MERGE_HEAD',
  'MODULE_NOT_FOUND',
  'REVERT_HEAD',
  'EAI_AGAIN',
  'ERR_INVALID_CHAR',
  'SPEC_KITTY_ATTEMPT',
  'SPEC_KITTY_ENABLE_SAAS_SYNC',
  'ERR_INVALID_ARG_TYPE',
  'SPEC_KITTY_FORCE_INTERACTIVE',
  'SPEC_KITTY_HOME',
  'SPEC_KITTY_NON_INTERACTIVE',
  'SPEC_KITTY_SAAS_URL',
  'SPEC_KITTY_STATE_DIR',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_SDK_DISABLED',
  'PG_VERSION',
  'TEAMSPACE_DATA',
  'TEAMSPACE_DATABASE_URL',
  'TEAMSPACE_PUBLIC_URL',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
]);

const SOURCES = [...sourceFiles(), ...serverFiles()]
  .filter((file) => /^packages\/\w+\/src\//.test(file))
  .map((file) => ({ file, source: readFileSync(path.join(ROOT, file), 'utf8') }));

const ROWS = Object.entries(EXIT_CODES)
  .flatMap(([kind, exit]) =>
    Object.entries({
      ...ERROR_CODES[kind as keyof typeof EXIT_CODES],
      ...SERVER_ERROR_CODES[kind as keyof typeof EXIT_CODES],
    }).map(([code, meaning]) => ({
      kind,
      exit,
      code,
      meaning,
    })),
  )
  .toSorted((a, b) => (a.code < b.code ? -1 : 1));

/** Words of the contract, which are keys of a table. */
const WORDS = SOURCES.filter(({ file }) => file.endsWith('/contract-code.ts')).flatMap(({ source }) =>
  [...source.matchAll(/(?<=[ {])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+):/g)].map(([, word = '']) => word),
);

const RAISED = SOURCES.flatMap(({ file, source }) => faults(file, source));

test('every error code of the sources has a meaning, and every meaning a code', () => {
  const used = SOURCES.flatMap(({ file, source }) => literals(file, source))
    .map(({ text }) => text)
    .filter((text) => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(text) && !OTHERS.has(text));
  // A code of one word looks like any other word in capitals, except where it is raised.
  const codes = new Set([...used, ...WORDS, ...RAISED.map(({ code }) => code)]);
  expect(ROWS.map(({ code }) => code)).toEqual([...codes].toSorted());
});

test('every fault has the kind of its code, and so one exit code', () => {
  expect(RAISED.length).toBeGreaterThan(100);
  const kinds = new Map(ROWS.map(({ code, kind }) => [code, kind]));
  expect(RAISED.filter(({ kind, code }) => kinds.get(code) !== kind)).toEqual([]);
});

test('docs/reference/errors.md lists them', async () => {
  const page = [
    '# Error codes',
    '',
    'What `error_code` can be in the document that a failing command prints with `--json`, and what stands in brackets',
    'behind its sentence on stderr. Written by `npx vitest run tests/reference -u`; do not edit.',
    '',
    '| Code | Exit code | Meaning |',
    '| --- | --- | --- |',
    ...ROWS.map(({ code, exit, meaning }) => `| \`${code}\` | ${exit} | ${meaning} |`),
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot('../../docs/reference/errors.md');
});

/** Kind and code of every fault that is made with both as literals. */
function faults(file: string, source: string): readonly { file: string; kind: string; code: string }[] {
  const found: { file: string; kind: string; code: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Fault') {
      const [kind, code] = node.arguments ?? [];
      if (kind && code && ts.isStringLiteral(kind) && ts.isStringLiteral(code))
        found.push({ file, kind: kind.text, code: code.text });
    }
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}
