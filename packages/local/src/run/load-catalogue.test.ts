import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { JsonObject } from '@spec-kitty/core/status/rows/json-value';
import { expect, onTestFinished, test } from 'vitest';
import type { TrustItem } from '../trust/trust-store.ts';
import { agentsFile, loadCatalogue } from './load-catalogue.ts';

function world(text?: string) {
  const home = mkdtempSync(path.join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { HOME: home, SPEC_KITTY_HOME: path.join(home, '.spec-kitty') };
  const file = agentsFile(env);
  if (text !== undefined) {
    mkdirSync(path.dirname(file), { mode: 0o755 });
    writeFileSync(file, text, { mode: 0o644 });
  }
  const asked: TrustItem[] = [];
  const load = (definitions: JsonObject = {}, isTrusted = true) =>
    loadCatalogue({
      env,
      script: '/agent.cjs',
      definitions,
      trust: {
        require(item) {
          asked.push(item);
          if (!isTrusted) throw new Fault('refused', 'NOT_TRUSTED', 'not allowed');
        },
      },
    });
  return { file, load, asked };
}

test('the built-in agents are there without any file, with that of scripts', () => {
  const { load } = world();
  expect(load().keys).toEqual([
    'claude',
    'codex',
    'gemini',
    'opencode',
    'qwen',
    'cursor',
    'copilot',
    'script',
  ]);
  expect(load().entry('script').command).toEqual([process.execPath, '/agent.cjs']);
});

test('one’s own agents go before all others, and need nobody’s permission', () => {
  const { load, asked } = world('claude:\n  command: [my-claude, "{prompt}"]\nmine:\n  like: claude\n');
  const catalogue = load({ claude: { command: ['theirs', '{prompt}'] }, mine: { like: 'codex' } }, false);
  expect(catalogue.entry('claude').command).toEqual(['my-claude', '{prompt}']);
  expect(catalogue.entry('mine').command[0]).toBe('claude');
  expect(asked).toEqual([]);
});

test('an agent of the repository is used once all that is said of it is allowed; built-in ones stay', () => {
  const { load, asked } = world();
  const definitions = {
    ours: { like: 'codex', env: ['OURS_*'] },
    codex: { command: ['theirs', '{prompt}'] },
  };
  const untrusted = load(definitions, false);
  expect(untrusted.keys).toContain('ours');
  expect(() => untrusted.entry('ours')).toThrow('not allowed');
  expect(untrusted.entry('codex').command[0]).toBe('codex');
  expect(load(definitions).entry('ours').env).toContain('OURS_*');
  const item = { kind: 'agents.catalogue', value: { key: 'ours', value: JSON.stringify(definitions.ours) } };
  expect(asked).toEqual([item, item]);
});

test('what is no YAML is refused with its line', () => {
  const { load, file } = world('a: b\n  c: d\n');
  expect(() => load()).toThrow(
    expect.objectContaining({
      code: 'AGENTS_INVALID',
      message: expect.stringContaining(`line 2`),
      details: { file, line: 2 },
    }),
  );
});

test.skipIf(process.platform === 'win32')('a file that others may change is refused [needs modes]', () => {
  const { load, file } = world('mine:\n  like: claude\n');
  chmodSync(file, 0o666);
  expect(() => load()).toThrow(
    expect.objectContaining({ code: 'AGENTS_EXPOSED', details: { why: 'mode', path: file } }),
  );
  chmodSync(file, 0o644);
  chmodSync(path.dirname(file), 0o777);
  expect(() => load()).toThrow(expect.objectContaining({ code: 'AGENTS_EXPOSED' }));
});
