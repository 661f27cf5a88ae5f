import { expect, test } from 'vitest';
import type { AgentEntry } from './agent-entry.ts';
import { isTried, judgeProbe, type Probed, type ProbeVerdict, versionIn } from './judge-probe.ts';

const ENTRY: AgentEntry = {
  key: 'x',
  name: 'X',
  command: ['x-agent', 'run'],
  stream: 'none',
  permissions: 'all',
  env: [],
  state: [],
  reports: [],
  probe: {
    version: ['--version'],
    fits: ['1.2.0', '2.0.0'],
    help: { args: ['run', '--help'], names: ['--json', '--yes'] },
  },
  install: 'get x',
};
function bare(entry: AgentEntry): AgentEntry {
  const { probe: _, install: __, ...rest } = entry;
  return rest;
}

test.each([
  ['codex-cli 0.169.0\n', '0.169.0'],
  ['WARNING: x\n2.1.330 (Claude Code)', '2.1.330'],
  ['v1.2', '1.2'],
  ['2026.01.28-fd13201', '2026.01.28-fd13201'],
  ['no idea', undefined],
])('%j has the version %s', (text, version) => expect(versionIn(text)).toBe(version));

test.each([
  ['1.2.0', true],
  ['1.10.0-preview.1', true],
  ['1.2', true],
  ['1.1.9', false],
  ['2.0.0', false],
  ['10.0.0', false],
])('%s was tried: %s', (version, tried) => expect(isTried(ENTRY, version)).toBe(tried));

test('nothing is known of a version where no range is', () => {
  expect(isTried({ ...ENTRY, probe: { version: [] } }, '1.0.0')).toBeUndefined();
  expect(isTried(bare(ENTRY), '1.0.0')).toBeUndefined();
});

const HELP = 'Usage: --json --yes';

test("a program of one's own that is missing is told by its path, with what helps", () => {
  const none = { isFound: false, version: undefined, help: undefined };
  const { says, hints } = judgeProbe({ ...bare(ENTRY), command: ['/no/such/agent'] }, none);
  expect(says).toBe('X is not there: /no/such/agent');
  expect(hints).toEqual(['Put it there, or correct its `command` in your agents.yaml.']);
});

test.each<readonly [Probed, ProbeVerdict['state'], string]>([
  [{ isFound: false, version: undefined, help: undefined }, 'missing', 'X is not on PATH: x-agent'],
  [
    { isFound: true, version: undefined, help: undefined },
    'silent',
    'X does not tell its version: x-agent --version',
  ],
  [{ isFound: true, version: '1.3.0', help: undefined }, 'fits', 'X 1.3.0 is there.'],
  [
    { isFound: true, version: '2.1.0', help: HELP },
    'untried',
    'X has version 2.1.0, which is not one of those tried (1.2.0 up to 2.0.0); it knows its words.',
  ],
  [
    { isFound: true, version: '2.1.0', help: '--json' },
    'drifted',
    'X 2.1.0 would not understand how it is run: x-agent run --help does not name --yes',
  ],
  [
    { isFound: true, version: '0.1.0', help: undefined },
    'drifted',
    'X 0.1.0 would not understand how it is run: x-agent run --help does not name --json, --yes',
  ],
])('%j is %s: %s', (probed, state, says) => {
  const verdict = judgeProbe(ENTRY, probed);
  expect(verdict).toMatchObject({ state, says, version: probed.version ?? null });
  expect(verdict.hints.length > 0).toBe(!['fits', 'untried'].includes(state));
});

test('of an agent that cannot be asked, being there is all that is known', () => {
  expect(judgeProbe(bare(ENTRY), { isFound: true, version: undefined, help: undefined }).state).toBe('fits');
});
