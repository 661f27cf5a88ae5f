import { PassThrough } from 'node:stream';
import { parseAgentKeys } from '@spec-kitty/core/agents/parse-agent-keys';
import { expect, test } from 'vitest';
import { askForAgents } from './ask-for-agents.ts';

/** A terminal on which keys are pressed, one after the other. */
async function answer(...keys: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 40, isTTY: true });
  let shown = '';
  output.on('data', (bytes: Buffer) => void (shown += bytes.toString()));
  const asked = askForAgents(parseAgentKeys('claude').agents, false, { input, output });
  for (const key of keys) input.write(key);
  return { agents: (await asked).map(({ key }) => key), shown };
}

test('what was found is chosen already, and more can be', async () => {
  expect((await answer('\r')).agents).toEqual(['claude']);
  const { agents, shown } = await answer('\u001b[B', ' ', '\r');
  expect(agents).toEqual(['claude', 'codex']);
  expect(shown).toContain('Which agents work here?');
  expect(shown).not.toContain('Letta');
  expect((await answer(' ', '\r')).agents).toEqual([]);
});

test('Control-C ends it', async () => {
  await expect(answer('\u0003')).rejects.toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' });
});
