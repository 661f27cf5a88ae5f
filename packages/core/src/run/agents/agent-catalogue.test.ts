import { expect, test } from 'vitest';
import { Fault } from '../../fault.ts';
import { AgentCatalogue } from './agent-catalogue.ts';
import { scriptEntry } from './catalogue.ts';

const entry = (key: string, name: string) => ({ ...scriptEntry('node', 'x'), key, name });

test('of two agents with one key the later is meant', () => {
  const catalogue = new AgentCatalogue([
    [entry('a', 'built in')],
    [],
    [entry('b', 'own'), entry('a', 'own')],
  ]);
  expect(catalogue.keys).toEqual(['a', 'b']);
  expect(catalogue.entry('a').name).toBe('own');
});

test('an agent that nobody knows is refused with those that are known, and one that is not allowed as such', () => {
  const refusal = new Fault('refused', 'NOT_TRUSTED', 'not allowed');
  const refuse = (key: string) => (key === 'b' ? refusal : undefined);
  const catalogue = new AgentCatalogue([[entry('a', 'A'), entry('b', 'B')]], refuse);
  expect(() => catalogue.entry('c')).toThrow(
    expect.objectContaining({
      kind: 'usage',
      code: 'UNKNOWN_AGENT',
      details: { agent: 'c', known: ['a', 'b'] },
    }),
  );
  expect(() => catalogue.entry('b')).toThrow('not allowed');
  expect(catalogue.entry('A').name).toBe('A');
  expect(catalogue.allowed.map(({ key }) => key)).toEqual(['a']);
});
