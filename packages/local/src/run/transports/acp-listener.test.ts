import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Permissions } from '@spec-kitty/core/run/agents/agent-entry';
import type { RunningAgent } from '@spec-kitty/core/run/run-ports';
import { expect, onTestFinished, test } from 'vitest';
import { ProcessRunner } from '../process-runner.ts';

/** The agent's side of the protocol, as little of it as a test needs; `on` says what happens for each method. */
const AGENT = `
const { appendFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const note = (text) => appendFileSync('notes', text + '\\n');
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const waiting = new Map();
const ask = (method, params) => new Promise((resolve) => {
  waiting.set(method, resolve);
  send({ id: method, method, params });
});
const update = (update) => send({ method: 'session/update', params: { sessionId: 's1', update } });
const on = {
  initialize: ({ id }) => send({ id, result: { protocolVersion: 1, agentCapabilities: {} } }),
  'session/new': ({ id, params }) => { note('cwd ' + params.cwd); send({ id, result: { sessionId: 's1' } }); },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === undefined) waiting.get(message.id)?.(message.result);
  else on[message.method]?.(message);
}).on('close', () => { note('end of input'); });
`;

interface Talk {
  readonly agent: RunningAgent;
  readonly folder: string;
  readonly notes: () => readonly string[];
}

async function talk(
  behaviour: string,
  more: { readonly timeoutMs?: number; readonly permissions?: Permissions } = {},
): Promise<Talk> {
  const { timeoutMs = 60_000, permissions = 'all' } = more;
  const folder = mkdtempSync(path.join(tmpdir(), 'acp-'));
  writeFileSync(path.join(folder, 'agent.cjs'), AGENT + behaviour);
  const invocation = () =>
    ({ argv: [process.execPath, 'agent.cjs'], mayKnow: () => false, stream: 'acp', permissions }) as const;
  const runner = new ProcessRunner({ folder, env: process.env, invocation });
  const agent = await runner.start({
    attempt: `acp-${path.basename(folder)}`,
    agent: 'x',
    role: 'implementer',
    mission: 'm',
    wp: 'WP01',
    workspace: folder,
    prompt: 'Do it.',
    timeoutMs,
  });
  onTestFinished(async () => {
    agent.stop();
    await agent.ended;
    rmSync(folder, { recursive: true });
  });
  const notes = path.join(folder, 'notes');
  return {
    agent,
    folder,
    notes: () => (existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []),
  };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(20);
}

test('an agent gets its prompt, is answered, and is over when it has answered, though its process lives on', async () => {
  const { agent, folder, notes } = await talk(`
    setInterval(() => {}, 1000);
    on['session/prompt'] = async ({ id, params }) => {
      note(params.prompt[0].text);
      update({ sessionUpdate: 'tool_call', toolCallId: 't', title: 'Edit a.js', kind: 'edit' });
      update({ sessionUpdate: 'usage_update', used: 5, size: 100, cost: { amount: 0.5, currency: 'USD' } });
      const permission = (kind, path) => ask('session/request_permission', {
        sessionId: 's1',
        toolCall: { toolCallId: 't', kind, locations: path ? [{ path }] : [] },
        options: [
          { optionId: 'for-ever', name: 'Always', kind: 'allow_always' },
          { optionId: 'yes', name: 'Once', kind: 'allow_once' },
          { optionId: 'no', name: 'No', kind: 'reject_once' },
        ],
      });
      note(JSON.stringify((await permission('edit', process.cwd() + '/a.js')).outcome));
      note(JSON.stringify((await permission('edit', '/etc/passwd')).outcome));
      send({ id, result: { stopReason: 'end_turn', usage: { totalTokens: 42 } } });
    };`);
  expect(await agent.ended).toEqual({
    how: 'exited',
    reason: '',
    usage: { tokens: 42, usd: 0.5 },
    session: 's1',
  });
  expect(agent.activity().last).toBe('Edit a.js');
  expect(notes()).toEqual([
    `cwd ${folder}`,
    'Do it.',
    '{"outcome":"selected","optionId":"yes"}',
    '{"outcome":"selected","optionId":"no"}',
    'end of input',
  ]);
});

test('an agent that is denied and offers no way to say so is told that it was cancelled', async () => {
  const { agent, notes } = await talk(
    `on['session/prompt'] = async ({ id }) => {
      const request = {
        sessionId: 's1',
        toolCall: { toolCallId: 't', kind: 'execute' },
        options: [{ optionId: 'yes', name: 'Once', kind: 'allow_once' }],
      };
      note(JSON.stringify((await ask('session/request_permission', request)).outcome));
      send({ id, result: { stopReason: 'refusal' } });
    };`,
    { permissions: 'edits' },
  );
  expect(await agent.ended).toMatchObject({ how: 'failed', reason: 'It left off: refusal.' });
  expect(notes()).toContain('{"outcome":"cancelled"}');
});

test('an agent that is told to stop is asked first', async () => {
  const { agent, notes } = await talk(`
    let prompt;
    on['session/prompt'] = ({ id }) => { prompt = id; note('at work'); };
    on['session/cancel'] = ({ params }) => {
      note('cancelled ' + params.sessionId);
      send({ id: prompt, result: { stopReason: 'cancelled' } });
    };`);
  await until(() => notes().includes('at work'));
  agent.stop();
  expect(await agent.ended).toMatchObject({ how: 'stopped' });
  expect(notes()).toContain('cancelled s1');
});

test('an agent that says no is quoted', async () => {
  const { agent } = await talk(`
    on['session/new'] = ({ id }) => send({ id, error: { code: -32000, message: 'Authentication required' } });`);
  const end = await agent.ended;
  expect(end).toMatchObject({ how: 'failed' });
  expect(end.reason).toContain('Authentication required');
});

test.each([
  ['ends without an answer', 'process.exit(0);'],
  ['ends in the middle', `on['session/prompt'] = () => process.exit(0);`],
  ['talks nonsense', `console.log('{"jsonrpc":"2.0","id":0,"result":7}\\n{"jsonrpc":'); process.exit(0);`],
])('an agent that %s has failed', async (_, behaviour) => {
  const { agent } = await talk(behaviour);
  const end = await agent.ended;
  expect(end.how).toBe('failed');
  expect(end.reason).toContain('The talk with it broke off');
});

test('an agent that never answers is ended when its time is up', async () => {
  const { agent } = await talk(`on.initialize = () => undefined; setInterval(() => {}, 1000);`, {
    timeoutMs: 300,
  });
  expect(await agent.ended).toMatchObject({ how: 'timed_out' });
});
