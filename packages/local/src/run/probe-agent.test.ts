import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentEntry } from '@spec-kitty/core/run/agents/agent-entry';
import { expect, onTestFinished, test } from 'vitest';
import { probeAgent } from './probe-agent.ts';

/** An agent that is asked for its version and its help, as a script says. */
function agent(script: string): AgentEntry {
  const folder = mkdtempSync(path.join(tmpdir(), 'probe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'agent.cjs');
  writeFileSync(file, script);
  return {
    key: 'x',
    name: 'X',
    command: [process.execPath, file],
    stream: 'none',
    permissions: 'all',
    env: [],
    state: [],
    reports: [],
    probe: {
      version: [file, '--version'],
      fits: ['1.0.0', '2.0.0'],
      help: { args: [file, '--help'], names: ['--json'] },
    },
  };
}

const { env } = process;
const TELLS = (version: string, help: string) =>
  `console.log(process.argv[2] === '--version' ? ${JSON.stringify(version)} : ${JSON.stringify(help)});`;

test.each([
  ['fits', TELLS('agent 1.5.0', '')],
  ['untried', TELLS('agent 3.0.0', 'Use --json')],
  ['drifted', TELLS('agent 3.0.0', 'Use --xml')],
  ['silent', 'process.exit(1);'],
])('a program %s', async (state, script) => {
  expect(await probeAgent(agent(script), { env })).toMatchObject({ state });
});

test('a program that hangs is not waited for, nor what it has started', async () => {
  const verdict = await probeAgent(agent('setInterval(() => {}, 1000);'), { env, timeoutMs: 300 });
  expect(verdict).toMatchObject({ state: 'silent', version: null });
});

test('a program that is not there is missing', async () => {
  const entry: AgentEntry = { ...agent(''), command: ['no-such-agent'] };
  expect(await probeAgent(entry, { env })).toMatchObject({
    state: 'missing',
    says: 'X is not on PATH: no-such-agent',
  });
});
