import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('so much is done at once, and the rest in the order in which it came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  let [now, most] = [0, 0];
  const body = (at: number) => async () => {
    begun.push(at);
    most = Math.max(most, (now += 1));
    await pause(2);
    now -= 1;
    if (at === 1) throw new Error('it failed');
  };
  const all = await Promise.allSettled([0, 1, 2, 3, 4].map((at) => turns.take(body(at))));
  expect(all.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect({ begun, most }).toEqual({ begun: [0, 1, 2, 3, 4], most: 2 });
});

test('what takes as long as it likes holds up nobody', async () => {
  const turns = new Turns(1);
  let end: () => void = () => undefined;
  const long = turns.take(() =>
    turns.aside(() => new Promise<string>((resolve) => (end = () => resolve('a')))),
  );
  expect(await turns.take(async () => 'b')).toBe('b');
  end();
  expect(await long).toBe('a');
});
