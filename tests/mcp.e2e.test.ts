import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const RECORDER = fileURLToPath(new URL('socket-recorder.cjs', import.meta.url));

const world = new MissionWorld();
const { repository } = world;
const report = path.join(repository.base, 'sockets.txt');
const env = Object.fromEntries(
  Object.entries({
    ...repository.env,
    NODE_OPTIONS: `--require=${JSON.stringify(RECORDER)}`,
    SOCKET_REPORT: report,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

beforeAll(async () => {
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'], subtasks: ['T001'] },
    { id: 'WP02', owns: ['src/b.js'] },
  ]);
  world.save();
});
beforeEach(() => world.restore());
afterAll(() => world.dispose());

/** Starts a server as an agent would, and ends it with the test. */
async function connected(options: ConstructorParameters<typeof Client>[1] = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, options);
  onTestFinished(() => client.close());
  await client.connect(
    // Not in the repository: what a call is about is in its arguments alone.
    new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp'], env, cwd: '/' }),
  );
  // From then on the client throws where an answer is not what its tool has announced.
  await client.listTools();
  return client;
}

type Document = Readonly<Record<string, unknown>>;

async function call(client: Client, name: string, more: Document = {}): Promise<Document> {
  const { structuredContent, content, isError } = await client.callTool({
    name,
    arguments: { repository: repository.root, ...more },
  });
  const last = content.at(-1);
  expect(last?.type === 'text' && JSON.parse(last.text)).toEqual(structuredContent);
  return { ...(structuredContent as Document), isError };
}

test.each([
  ['2025-11-25', {}],
  ['2026-07-28', { versionNegotiation: { mode: 'auto' } }],
] as const)('its tools are few, short, and the same every time: %s', async (revision, options) => {
  const client = await connected(options);
  expect(client.getNegotiatedProtocolVersion()).toBe(revision);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'next',
    'ready_work',
    'mission_state',
    'board',
    'claim',
    'workspace',
    'evidence',
    'record',
    'request_review',
    'verdict',
    'history',
  ]);
  expect(tools.length).toBeLessThanOrEqual(12);
  expect(Buffer.byteLength(JSON.stringify({ tools })) / 4).toBeLessThan(3000);
  for (const { name, inputSchema, outputSchema, annotations } of tools) {
    expect(outputSchema, name).toMatchObject({
      type: 'object',
      anyOf: [
        { required: Object.keys(outputSchema?.['properties'] ?? {}) },
        { required: ['error', 'error_code'] },
      ],
    });
    expect(inputSchema.required, name).toContain('repository');
    expect(inputSchema, name).toMatchObject({ type: 'object', additionalProperties: false });
    expect(annotations, name).toMatchObject({ readOnlyHint: expect.any(Boolean), openWorldHint: false });
  }
  const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint === false);
  expect(writing.map(({ name }) => name)).toEqual(['claim', 'record', 'request_review', 'verdict']);
  const again = await (await connected(options)).listTools();
  expect(JSON.stringify(again.tools)).toBe(JSON.stringify(tools));
});

test('a package goes from its claim to its approval', async () => {
  const client = await connected();
  const wp = { wp: 'WP01' };
  const [claude, codex] = [{ agent: 'claude' }, { agent: 'codex' }];
  expect(await call(client, 'next', claude)).toMatchObject({
    kind: 'step',
    action: 'implement',
    wp_id: 'WP01',
  });
  expect(await call(client, 'ready_work')).toMatchObject({
    mission_id: world.missionId,
    to_implement: [{ wp_id: 'WP01', title: 'Package WP01' }, { wp_id: 'WP02' }],
    to_review: [],
  });
  const claimed = await call(client, 'claim', { ...claude, model: 'opus' });
  expect(claimed).toMatchObject({
    wp_id: 'WP01',
    workspace_path: world.lane('lane-a'),
    already_claimed: false,
  });
  expect(readFileSync(String(claimed['prompt_file']), 'utf8')).toContain('WP01');
  expect(await call(client, 'workspace', wp)).toMatchObject({ workspace_path: world.lane('lane-a') });
  expect(await call(client, 'evidence', wp)).toMatchObject({
    lane: 'in_progress',
    changed_files: [],
    open_subtasks: ['T001'],
    lacks: { error_code: 'NO_COMMITS', hints: [expect.stringContaining('Commit')] },
  });

  const commit = world.work('lane-a', { 'src/a.js': 'a\n' });
  await call(client, 'record', { ...wp, ...claude, subtasks: ['T001'], note: 'rounded' });
  expect(await call(client, 'evidence', wp)).toMatchObject({ tip: commit, open_subtasks: [], lacks: null });
  expect(await call(client, 'request_review', { ...wp, ...claude })).toMatchObject({
    new_lane: 'for_review',
    commit,
  });
  expect(await call(client, 'request_review', { ...wp, ...claude })).toMatchObject({ changed: false });
  expect(await call(client, 'ready_work')).toMatchObject({
    to_review: [{ wp_id: 'WP01', implementers: ['claude'] }],
  });

  expect(await call(client, 'claim', { ...codex, as: 'reviewer' })).toMatchObject({ wp_id: 'WP01', commit });
  const feedback = 'The sum is wrong.';
  expect(
    await call(client, 'verdict', { ...wp, ...codex, verdict: 'changes_requested', feedback }),
  ).toMatchObject({ new_lane: 'planned', review_feedback: expect.stringContaining('review-cycle-1.md') });
  expect(await call(client, 'claim', { ...wp, ...claude })).toMatchObject({ fix_mode: true });
  const fixed = world.work('lane-a', { 'src/a.js': 'b\n' });
  await call(client, 'record', { ...wp, ...claude, subtasks: ['T001'] });
  await call(client, 'request_review', { ...wp, ...claude });
  const approval = { ...wp, ...codex, verdict: 'approved', reference: 'pr-12' };
  expect(await call(client, 'verdict', approval)).toMatchObject({ new_lane: 'approved', commit: fixed });

  expect(await call(client, 'board')).toMatchObject({ by_lane: { approved: 1, planned: 1 } });
  expect(await call(client, 'mission_state')).toMatchObject({
    summary: { approved: 1 },
    work_packages: [{ last_actor: 'codex', subtasks: { T001: 'done' } }, {}],
  });
  const { entries, total } = await call(client, 'history', { ...wp, limit: 3 });
  expect(total).toBeGreaterThan(10);
  expect(entries).toMatchObject([
    { to_lane: 'for_review' },
    { to_lane: 'in_review' },
    { to_lane: 'approved', actor: 'codex', review_result: { reference: 'pr-12', verdict: 'approved' } },
  ]);
  await client.close();
  expect(existsSync(report), 'a socket was opened').toBe(false);
});

test('a refusal is a result with the code and the way out that people get', async () => {
  const client = await connected();
  const wp = { wp: 'WP01' };
  await call(client, 'claim', { ...wp, agent: 'claude' });
  const refused = async (name: string, more: Document) => {
    const { isError, error_code: code, hints, error } = await call(client, name, more);
    expect([isError, typeof error]).toEqual([true, 'string']);
    return [code, hints] as const;
  };
  expect(await refused('claim', { ...wp, agent: 'codex' })).toEqual([
    'HELD_BY_OTHER',
    [expect.stringContaining('Choose another package')],
  ]);
  const done = JSON.stringify({ wp: 'WP01', subtasks: ['T001'], done: true, mission: world.directory });
  expect(await refused('request_review', { ...wp, agent: 'claude' })).toEqual([
    'SUBTASKS_OPEN',
    [`Run \`record ${done}\` once they are.`],
  ]);
  expect(await refused('record', { ...wp, agent: 'claude', subtasks: ['T009'] })).toEqual([
    'SUBTASKS_NOT_FOUND',
    ['It lists: T001.'],
  ]);
  expect(await refused('record', { ...wp, agent: 'claude' })).toEqual(['USAGE_ERROR', expect.anything()]);
  await call(client, 'record', { ...wp, agent: 'claude', subtasks: ['T001'] });
  expect(await refused('request_review', { ...wp, agent: 'claude' })).toEqual([
    'NO_COMMITS',
    expect.anything(),
  ]);
  world.work('lane-a', { 'src/a.js': 'a\n' });
  await call(client, 'request_review', { ...wp, agent: 'claude' });
  expect(await refused('verdict', { ...wp, agent: 'claude', verdict: 'approved' })).toEqual([
    'SELF_APPROVAL',
    expect.anything(),
  ]);
  expect(await refused('verdict', { ...wp, agent: 'codex', verdict: 'changes_requested' })).toEqual([
    'FEEDBACK_REQUIRED',
    expect.anything(),
  ]);
  expect(await refused('board', { mission: 'none' })).toEqual(['MISSION_NOT_FOUND', expect.anything()]);
  expect(await refused('evidence', { wp: 'WP09' })).toEqual(['WP_NOT_FOUND', expect.anything()]);
  expect(await refused('board', { repository: '/' })).toEqual(['NOT_A_REPOSITORY', expect.anything()]);
});

test.each<[string, string, Document, string]>([
  ['no repository', 'board', { repository: undefined }, ': repository is missing.'],
  ['a relative repository', 'board', { repository: '.' }, 'not absolute'],
  ['an unknown argument', 'board', { force: true }, ': there is no argument force.'],
  ['a wrong type', 'claim', { agent: 7 }, ': agent must be a text.'],
  ['an empty name', 'claim', { agent: ' ' }, ': agent must be a text that is not blank.'],
  [
    'a verdict of its own',
    'verdict',
    { wp: 'WP01', agent: 'codex', verdict: 'lgtm' },
    ': verdict must be "approved" or "changes_requested".',
  ],
  ['half an entry', 'history', { limit: 1.5 }, ': limit must be a whole number.'],
  ['no entry', 'history', { limit: 0 }, ': limit must be >=1.'],
])('bad arguments are named: %s', async (_, name, more, problem) => {
  const answer = await call(await connected(), name, more);
  expect(answer).not.toHaveProperty('hints', []);
  expect(answer).toMatchObject({
    isError: true,
    error_code: 'USAGE_ERROR',
    error: expect.stringContaining(problem),
  });
});

test('a tool that does not exist is an error of the protocol', async () => {
  const client = await connected();
  await expect(client.callTool({ name: 'delete_mission', arguments: {} })).rejects.toMatchObject({
    code: -32602,
  });
});

test('two clients at once get different packages', async () => {
  const clients = await Promise.all([connected(), connected()]);
  const claims = await Promise.all(
    clients.map((client, index) => call(client, 'claim', { agent: `agent-${index}` })),
  );
  expect(new Set(claims.map((claim) => claim['wp_id']))).toEqual(new Set(['WP01', 'WP02']));
});

test('a client that says nonsense and goes away in the middle of a call gets its answers, and leaves the mission whole', async () => {
  const server = spawn(process.execPath, [PROGRAM, 'mcp'], { env, cwd: '/' });
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const ended = new Promise((resolve) => server.once('close', resolve));
  const send = (message: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  server.stdin.write('\nnon');
  server.stdin.write('sense\n');
  const client = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  };
  send({ id: 1, method: 'initialize', params: client });
  send({ method: 'notifications/initialized' });
  await expect.poll(() => output).toContain('"id":1');
  server.stdin.write('[{"jsonrpc":"2.0","id":7,"method":"ping"}]\n');
  server.stdin.write('{"jsonrpc":"1.0","id":8,"method":"ping"}\n');
  await expect.poll(() => output).toContain('"id":8');
  const [nonsense, batch, old, ...more] = output.split('\n').filter((line) => line.includes('"error"'));
  expect(JSON.parse(nonsense ?? '')).toMatchObject({ id: null, error: { code: -32_700 } });
  expect(JSON.parse(batch ?? '')).toMatchObject({ id: null, error: { code: -32_600 } });
  expect(JSON.parse(old ?? '')).toMatchObject({ id: 8, error: { code: -32_600 } });
  expect(more).toEqual([]);
  const claim = { repository: repository.root, wp: 'WP02', agent: 'claude' };
  send({ id: 2, method: 'tools/call', params: { name: 'claim', arguments: claim } });
  server.stdin.end();
  expect(await ended).toBe(0);
  const answers = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: unknown });
  for (const answer of answers) expect(answer).toMatchObject({ jsonrpc: '2.0' });
  expect(answers.find(({ id }) => id === 2)).toMatchObject({
    result: { isError: false, structuredContent: { wp_id: 'WP02' } },
  });

  expect(await world.lanes()).toEqual({ WP01: 'planned', WP02: 'in_progress' });
  expect(world.hasLane('lane-b')).toBe(true);
  expect(await call(await connected(), 'claim', claim)).toMatchObject({ already_claimed: true });
});

test('everything that was asked before the client closed its end is answered, unless it was canceled', async () => {
  const server = spawn(process.execPath, [PROGRAM, 'mcp'], { env, cwd: '/' });
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const ended = new Promise((resolve) => server.once('close', resolve));
  const clientInfo = { name: 'raw', version: '1' };
  const next = { name: 'next', arguments: { repository: repository.root, agent: 'claude' } };
  const asked = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
    { id: 3, method: 'tools/call', params: next },
    { id: 4, method: 'tools/call', params: next },
    { method: 'notifications/cancelled', params: { requestId: 4 } },
    { id: 5, method: 'no/such' },
  ];
  server.stdin.end(asked.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  expect(await ended).toBe(0);
  const ids = output
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: number }).id);
  expect(new Set(ids)).toEqual(new Set([1, 2, 3, 5]));
  expect(ids).toHaveLength(4);
});
