import { callsOf, type FoundTest } from './test-bodies.ts';
import { hasTestName, isTestFile } from './test-file.ts';

/** The tests of a file as a package found them, and as it leaves them. */
interface Side {
  readonly path: string;
  readonly old: readonly FoundTest[];
  readonly now: readonly FoundTest[];
}

interface Place {
  readonly path: string;
  readonly test: FoundTest;
  /** What stood there, under the same name and in the same file. */
  readonly was: FoundTest | undefined;
  readonly values: ReadonlySet<string>;
}

interface Sought {
  readonly test: FoundTest;
  readonly needed: readonly string[];
}

/** Tests that there are now, each of which stands for one that there was. */
export class KeptTests {
  readonly #all: readonly Place[];
  /** Those that stand for none yet. */
  readonly #free: Set<Place>;

  constructor(sides: readonly Side[]) {
    this.#all = sides.flatMap(({ path, old, now }) => {
      const before = new Map(old.map((test) => [test.name, test]));
      return now.map((test) => ({
        path,
        test,
        was: before.get(test.name),
        values: new Set(valuesOf(test.reach)),
      }));
    });
    this.#free = new Set(this.#all);
  }

  /** Takes what stands for a test that was at `from`: of its own file, else of one that the same runner finds. */
  take(test: FoundTest, from: string): boolean {
    const found = this.#all.filter(({ path }) => path === from || isFoundAs(from, path));
    const free = found.filter((one) => this.#free.has(one));
    const named = free.filter((one) => one.test.name === test.name);
    const own =
      named.find(({ path }) => path === from) ??
      named[0] ??
      free.find((one) => one.was === undefined && isSame(test, one.test));
    if (own !== undefined) this.#free.delete(own);
    if (own !== undefined) return true;
    const needed = valuesOf(test.says ?? '').filter(Boolean);
    return found.some((one) => isCaseOf(one, test) || hasTakenIn({ test, needed }, one));
  }
}

/** Whether what finds tests at one path finds them at another. */
function isFoundAs(from: string, path: string): boolean {
  // Rust and some Java projects have them anywhere.
  if (hasTestName(from)) return hasTestName(path);
  return isTestFile(from) ? isTestFile(path) : true;
}

/** Under another name. */
function isSame(then: FoundTest, now: FoundTest): boolean {
  return then.says !== undefined && then.says === now.says;
}

/** Whether a test runs another one under its name, as one of its cases. */
function isCaseOf({ was, values }: Place, then: FoundTest): boolean {
  return values.has(then.name) && (then.reach === '' || !valuesOf(was?.reach ?? '').includes(then.name));
}

/** Whether a test now calls all that another one called, with every value of that. */
function hasTakenIn({ test: { body, says }, needed }: Sought, { test, was, values }: Place): boolean {
  if (body === undefined || test.body === undefined) return false;
  if (isWithin(says, test.says) && !isWithin(says, was?.says)) return true;
  if (needed.length === 0 || !needed.every((value) => values.has(value))) return false;
  const calls = new Set(callsOf(test.body));
  if (!callsOf(body).every((name) => calls.has(name))) return false;
  const before = new Set(valuesOf(was?.reach ?? ''));
  return needed.some((value) => !before.has(value));
}

/** Whether one test does everything that another one does, as where two are merged. */
function isWithin(inner: string | undefined, outer: string | undefined): boolean {
  const statements = inner?.replace(/^\{\s*|\s*\}$/g, '') ?? '';
  return /\w/.test(statements) && (outer?.includes(statements) ?? false);
}

/** Texts and numbers, and what stands in texts, as the cases of JUnit do. */
function valuesOf(text: string): readonly string[] {
  return [...text.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`|\b\d[\w.]*/g)].flatMap(([whole, ...inner]) => {
    const value = inner.find((one) => one !== undefined);
    return value === undefined ? [whole] : [value, ...value.split(/[\s,|]+/)];
  });
}
