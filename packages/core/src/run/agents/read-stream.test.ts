import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStream, type StreamFormat } from './read-stream.ts';

const lines = (...events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');
const message = (update: object) => ({ jsonrpc: '2.0', method: 'session/update', params: { update } });

test.each<[StreamFormat, string, object]>([
  [
    'claude',
    lines(
      { type: 'system', subtype: 'init', model: 'm-1', session_id: 's-1' },
      {
        type: 'assistant',
        message: { content: [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test' } }] },
      },
      {
        type: 'result',
        is_error: false,
        total_cost_usd: 0.25,
        usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 },
      },
    ),
    { usage: { model: 'm-1', tokens: 115, usd: 0.25 }, last: 'Bash npm test', error: null, session: 's-1' },
  ],
  [
    'claude',
    lines({ type: 'result', subtype: 'error_max_turns', is_error: true }),
    { usage: {}, last: null, error: 'error_max_turns', session: null },
  ],
  [
    'codex',
    lines(
      { type: 'thread.started', thread_id: 'x' },
      { type: 'item.completed', item: { type: 'command_execution', command: 'git commit' } },
      { type: 'turn.completed', usage: { input_tokens: 7, cached_input_tokens: 6, output_tokens: 3 } },
    ),
    { usage: { tokens: 10 }, last: 'git commit', error: null, session: 'x' },
  ],
  [
    'codex',
    lines({ type: 'turn.failed', error: { message: 'no quota' } }),
    { usage: {}, last: null, error: 'no quota', session: null },
  ],
  [
    'gemini',
    lines(
      { type: 'init', model: 'g', session_id: 'i' },
      { type: 'tool_use', tool_name: 'write_file' },
      { type: 'result', status: 'success', stats: { total_tokens: 42 } },
    ),
    { usage: { model: 'g', tokens: 42 }, last: 'write_file', error: null, session: 'i' },
  ],
  [
    'opencode',
    lines(
      { type: 'text', part: { text: 'Done.\nMore.' } },
      {
        type: 'step_finish',
        sessionID: 'o',
        part: { cost: 0.5, tokens: { input: 1, output: 2, reasoning: 3, cache: { read: 4, write: 5 } } },
      },
      { type: 'step_finish', part: { cost: 0.25, tokens: { input: 1, output: 1, reasoning: 0 } } },
    ),
    { usage: { tokens: 17, usd: 0.75 }, last: 'Done.', error: null, session: 'o' },
  ],
  [
    'claude',
    lines(
      { type: 'tool_call', subtype: 'started', tool_call: { readToolCall: { args: { path: 'a.js' } } } },
      { type: 'result', subtype: 'success', is_error: false, duration_ms: 5 },
    ),
    { usage: {}, last: 'read a.js', error: null, session: null },
  ],
  [
    'acp',
    lines(
      { jsonrpc: '2.0', id: 1, result: { sessionId: 'a', models: { currentModelId: 'm' } } },
      message({ sessionUpdate: 'usage_update', used: 9, size: 99, cost: { amount: 0.25, currency: 'USD' } }),
      message({ sessionUpdate: 'usage_update', used: 9, size: 99, cost: { amount: 0.5, currency: 'USD' } }),
      message({ sessionUpdate: 'usage_update', used: 9, size: 99, cost: { amount: 7, currency: 'EUR' } }),
      message({ sessionUpdate: 'tool_call', toolCallId: 't', title: 'Run tests' }),
      message({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'I' } }),
      { jsonrpc: '2.0', id: 2, result: { stopReason: 'end_turn', usage: { totalTokens: 7 } } },
      { id: 3, result: { _meta: { quota: { token_count: { input_tokens: 20, output_tokens: 3 } } } } },
    ),
    { usage: { model: 'm', usd: 0.5, tokens: 30 }, last: 'Run tests', error: null, session: 'a' },
  ],
  [
    'acp',
    lines(
      message({
        sessionUpdate: 'plan',
        entries: [
          { content: 'Look', status: 'completed' },
          { content: 'Write', status: 'in_progress' },
        ],
      }),
      { jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'Authentication required' } },
    ),
    { usage: {}, last: 'Write', error: 'Authentication required', session: null },
  ],
  [
    'none',
    lines({ type: 'result', total_cost_usd: 1 }),
    { usage: {}, last: null, error: null, session: null },
  ],
])('%s: what it used, did last, and what went wrong', (format, text, told) => {
  // Other lines are anybody's.
  expect(readStream(format, `Warning: {}\n${text}\n{"type":\n`)).toEqual(told);
});

test('whatever an agent prints, reading it comes to an end, and nothing negative is counted', () => {
  const formats = ['claude', 'codex', 'gemini', 'opencode', 'acp'] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      fc.array(fc.oneof(fc.json(), fc.string())),
      (format, printed) => {
        const { usage } = readStream(format, printed.join('\n'));
        expect(usage.tokens ?? 0).toBeGreaterThanOrEqual(0);
        expect(usage.usd ?? 0).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test.each([-1, 1e9, 1e99, '5', null])('a use of %j is none that counts', (used) => {
  const line = { type: 'result', total_cost_usd: used, usage: { input_tokens: used, output_tokens: 7 } };
  expect(readStream('claude', JSON.stringify(line)).usage).toEqual({ tokens: 7 });
});
