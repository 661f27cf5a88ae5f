import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Allowance, stillSpent, waitFor } from './allowance.ts';

/** What people, and a clock, do. */
type Step =
  | { readonly do: 'try' }
  | { readonly do: 'give back' }
  | { readonly do: 'wait as told' }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'set the clock back'; readonly seconds: number };

const seconds = fc.integer({ min: 0, max: 700 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'try' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'give back' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'wait as told' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set the clock back' as const), seconds }) },
);

const allowance: fc.Arbitrary<Allowance> = fc.record({
  name: fc.constant('x'),
  atOnce: fc.integer({ min: 1, max: 50 }),
  everyS: fc.integer({ min: 1, max: 200 }),
});

/** A row as the database keeps it, with a clock that can be set back. */
class Row {
  readonly #of: Allowance;
  #now = 1_000_000;
  #spent = 0;
  #at = this.#now;

  constructor(of: Allowance) {
    this.#of = of;
  }

  move(by: number): void {
    this.#now += by;
  }

  try(): number {
    const spent = stillSpent(this.#of, this.#spent, this.#now - this.#at);
    const wait = waitFor(this.#of, spent);
    this.#spent = wait === 0 ? spent + 1 : spent;
    this.#at = this.#now;
    return wait;
  }

  giveBack(): void {
    this.#spent = Math.max(0, this.#spent - 1);
  }
}

test('an allowance is a debt of seconds: each try takes some on, and each second pays one off', () => {
  fc.assert(
    fc.property(allowance, fc.array(step, { maxLength: 120 }), (of, steps) => {
      const row = new Row(of);
      let debt = 0;
      // Since the last look at the row: until then the clock alone says how much time went by.
      let since = 0;
      let told = 0;
      for (const one of steps)
        if (one.do === 'wait' || one.do === 'wait as told') {
          const by = one.do === 'wait' ? one.seconds : told;
          row.move(by);
          since += by;
          told = Math.max(0, told - by);
        } else if (one.do === 'set the clock back') {
          row.move(-one.seconds);
          since -= one.seconds;
        } else if (one.do === 'give back') {
          row.giveBack();
          debt = Math.max(0, debt - of.everyS);
        } else {
          debt = Math.max(0, debt - Math.max(0, since));
          since = 0;
          const room = of.atOnce * of.everyS - debt - of.everyS;
          told = row.try();
          expect(told).toBe(Math.max(0, -room));
          if (room >= 0) debt += of.everyS;
        }
    }),
    { numRuns: 2000 },
  );
});

test('whoever is told to wait gets a try after so many seconds and not a second before, whatever they ask meanwhile', () => {
  fc.assert(
    fc.property(allowance, fc.array(seconds, { maxLength: 40 }), (of, pauses) => {
      const row = new Row(of);
      for (const pause of pauses) {
        row.move(pause % 7);
        row.try();
      }
      let wait = row.try();
      while (wait === 0) wait = row.try();
      for (let left = wait; left > 0; left -= 1) {
        expect(row.try()).toBe(left);
        row.move(1);
      }
      expect(row.try()).toBe(0);
    }),
    { numRuns: 300 },
  );
});
