import { codeOnly } from './code-only.ts';
import { type FileChange, type Language, languageOf } from './file-change.ts';
import { KeptTests } from './kept-tests.ts';
import { saysOf } from './package-promise.ts';
import { type FoundTest, saysNoMore, testsOf } from './test-bodies.ts';
import { isTestFile } from './test-file.ts';

/** A test that a package took away, keeps from running, or leaves without anything that could fail. */
export interface LostTest {
  readonly path: string;
  readonly what: 'deleted' | 'skipped' | 'only' | 'hollow';
  /** Its name where it has one, else what was found. */
  readonly test: string;
}

/** One of the options of a test, of which this is where it begins and its name; what is behind is read backwards. */
function option(name: string): string {
  const call = String.raw`\b(?:it|test|describe|suite)(?:\.\w+)*\s*\(\s*\k<mark>[^'"\x60\n]*(?<mark>['"\x60])\s*,\s*`;
  return String.raw`(?=[{,]\s*${name})(?<=${call}(?:\{[^{}()]{0,300})?)[{,]\s*${name}`;
}

/** What keeps tests from running. */
const SKIPS: Readonly<Record<Language, RegExp>> = {
  javascript: new RegExp(
    [
      String.raw`(?<![\w.$])(?:x(?:it|test|describe|specify)\s*\(|(?:it|test|describe|suite|context)(?:\.\w+)*\.(?:skip|todo|fails|failing)\b|(?:this|t|ctx|context)\.skip\s*\(|(?<receiver>\w+)\.skip\s*\(\s*(?:\)|['"\x60])|(?:skip|pending)\s*\(\s*(?:\)|['"\x60])|process\.exit\s*\(\s*0?\s*\)|if\s*\(\s*(?:false|!1|!true|0)\s*\)|if\s*\(\s*!?\s*process\.env\b[^()]*\)\s*\{?\s*return\s*[;}\n])`,
      String.raw`\.skipIf\s*\(\s*(?:true|1|!0|!false|!!1|(?<quote>['"\x60])\s*\k<quote>)\s*\)|\.runIf\s*\(\s*(?:false|0|!1|!true|null|undefined)\s*\)|\.each\s*\(\s*\[\s*\]\s*\)`,
      String.raw`${option('(?:skip|todo)')}\s*(?:[,}]|:\s*(?!false\b|undefined\b))|[{,]\s*skip\s*:\s*(?:true|!0)\b`,
    ].join('|'),
    'g',
  ),
  python: new RegExp(
    [
      String.raw`@(?:\w+\.)*(?:skip(?:if|If|Unless)\s*\(\s*\w*|skip\w*|xfail|expectedFailure)\b|\bpytestmark\s*=.*\b(?:skip|xfail)|\bmark\.(?:skip\w*|xfail)\b|\bpytest\.(?:skip|xfail|importorskip)\s*\(`,
      String.raw`(?<![\w.])(?:skip|xfail)\s*\(\s*(?:\)|['"]|reason\b|allow_module_level\b)|\bself\.skipTest\s*\(|\bSkipTest\b|\b__test__\s*=\s*False`,
      String.raw`\bparametrize\s*\(\s*(?:(?<quote>['"])\s*\k<quote>|\([^()]*\)|\[[^\][]*\])\s*,\s*[[(]\s*[\])]|^[ \t]*if\s+(?:False|0|not True)\s*:`,
      String.raw`^[ \t]+if\s+(?:not\s+)?os\.(?:environ|getenv)\b[^\n]*:\s*return[ \t]*$|\braises\s*\(\s*(?:AssertionError|BaseException|Exception)\s*\)\s*:\s*assert\b`,
      String.raw`^(?:\S[^\n]*;\s*)?(?:sys\.exit|os\._exit)\s*\(\s*0?\s*\)|^del\s+test_\w+|^test_\w+\s*=\s*(?:None|False|lambda)\b|\bsuppress\s*\(\s*(?:AssertionError|BaseException)\b`,
    ].join('|'),
    'gm',
  ),
  go: /\b[tbf]\.Skip\s*\(|\b\w+\.Skip(?:(?:Now|f)\s*\(|\s*\((?=\s*(?:\)|["`])))|\bif\s+false\b|\bos\.Exit\s*\(\s*0\s*\)|\bif\s+os\.Getenv\s*\([^()]*\)\s*[!=]=\s*"\s*"\s*\{\s*return\s*\}/g,
  rust: /#\[\s*ignore\b|#\[\s*cfg_attr\([^\]]*\bignore\b|#!?\[\s*cfg\(\s*(?:any\(\s*\)|not\(\s*test\s*\)|never|FALSE|false)\s*\)\s*\]|#\[\s*cfg\((?!\s*test\s*\))[^\]]*\]\s*(?=#\[\s*(?:\w+::)*test\b|(?:pub\s+)?mod\s+\w*tests?\b)|(?<=#\[\s*(?:\w+::)*test\b[^\]]*\]\s*)#\[\s*(?:cfg\(|should_panic\b)|\bif\s+false\b/g,
  java: /@(?:\w+\.)*(?:Disabled\w*|Ignore|EnabledIf\w*|EnabledOn\w*|EnabledFor\w*)\b|\bassum(?:e(?:True|False|That)|ingThat)\s*\(|\bAssum\w+\.abort\s*\(|\b(?:TestAborted|AssumptionViolated|Skip)Exception\b|\benabled\s*=\s*false|\bexpected\s*=\s*\w+\.class|\bif\s*\(\s*false\b/g,
};

/** Keeps a test from what it did; one that is new may be for a certain system, or about what fails. */
const OF_OLD_TESTS =
  /should_panic|^expected\b|^#\[\s*cfg\((?!\s*(?:any\(\s*\)|not\(\s*test|never|false))|^@(?:\w+\.)*(?:EnabledOn|skip(?:if|unless)\s*\((?!\s*(?:True|1)\b))|^if\b.*(?:env|environ)\b/i;

/** The same where a text is the name of an option. */
const QUOTED = new RegExp(
  String.raw`${option('["\'](?:skip|todo)["\']')}\s*:\s*(?!false\b|undefined\b)`,
  'g',
);

/** Lets one test run and no other. */
const ONLY = new RegExp(
  String.raw`(?<![\w.$])(?:(?:it|test|describe|suite|context)(?:\.\w+)*\.only\b|f(?:it|describe)(?=\s*\(\s*['"\x60]))|${option('only')}\s*:\s*true`,
  'g',
);

/** A comment to the compiler, which leaves the file out. */
const BUILD_TAG = /^\/\/(?:go:build|\s*\+build)\s.*$/gm;

const REMOVING =
  /\b(?:remov|delet|drop|retir|obsolet|replac|rewrit|merg|mov|renam|migrat|clean|no longer|goes|gone)\w*/i;
const SKIPPING = /\b(?:skip|disabl|ignor|quarantin|xfail|todo)\w*/i;

/**
 * Finds tests that a package deletes, skips, empties or makes the only one, against what it found. One that is moved to
 * another file that runners find, renamed, or merged with others is not lost; neither is one whose name stands in the package's own words, or whose file they
 * say goes.
 */
export function lostTests(changes: readonly FileChange[], words: string): readonly LostTest[] {
  const sides = changes.map(({ path, before, after }) => ({
    path,
    old: testsOf(path, before),
    now: testsOf(path, after),
  }));
  const kept = new KeptTests(sides);
  return changes.flatMap(({ path, before, after }, at) => {
    const { old = [], now = [] } = sides[at] ?? {};
    const isGone = (test: FoundTest): boolean =>
      !kept.take(test, path) && !isNamed(words, test.name) && !saysOf(words, REMOVING, [path]);
    const gone = old.filter(isGone).map(({ name }) => name);
    const names = now.map(({ name }) => name);
    const isAbout = isTestFile(path) || names.length > 0 || old.length > 0;
    const skipped =
      !isAbout || saysOf(words, SKIPPING, [path, ...names])
        ? []
        : [...added(path, before, after, 'skipped'), ...added(path, before, after, 'only')].filter(
            // Programs that tests start end as they like.
            ({ test }) => names.length > 0 || !/exit/i.test(test),
          );
    const hollow = now.filter((test) =>
      test.isHollow === true ? !wasHollow(test, old) : old.some((one) => isStripped(one, test)),
    );
    return [
      ...gone.map((test): LostTest => ({ path, what: 'deleted', test })),
      ...skipped,
      ...hollow.map(({ name }): LostTest => ({ path, what: 'hollow', test: name })),
    ];
  });
}

/** Has a test stay. */
const PASSING = /\b(?:pass|fail|green|succeed|mend|fix)\w*/i;

/** Whether a line is about a test; a word alone, where nothing says that it is one, may be about anything. */
function isNamed(words: string, name: string): boolean {
  return words.split('\n').some((line) => {
    const at = line.indexOf(name);
    if (at < 0 || PASSING.test(line.replace(name, ''))) return false;
    const around = `${line[at - 1] ?? ' '}${line[at + name.length] ?? ' '}`;
    const isOfTests = /\W|_|^test/i.test(name) || /\btests?\b/i.test(line) || REMOVING.test(line);
    return /^["'`]{2}$/.test(around) || (/^\W{2}$/.test(around) && isOfTests);
  });
}

/** One that was like this before is nobody's. */
function wasHollow({ name }: FoundTest, old: readonly FoundTest[]): boolean {
  return old.some((test) => test.name === name && test.isHollow !== false);
}

function isStripped(then: FoundTest, now: FoundTest): boolean {
  if (then.name !== now.name || then.body === undefined || now.body === undefined) return false;
  return saysNoMore(then.body, now.body);
}

/** What there is more of than there was, or what a test has that was there before without. */
function added(
  path: string,
  before: string | null,
  after: string | null,
  what: 'skipped' | 'only',
): readonly LostTest[] {
  const language = languageOf(path);
  if (after === null || language === undefined || language === 'other') return [];
  const form = what === 'skipped' ? SKIPS[language] : language === 'javascript' ? ONLY : undefined;
  if (form === undefined) return [];
  const found = (source: string): readonly Mark[] => [
    ...marks(path, source, runnersOwn(codeOnly(source, language), form)),
    ...(what === 'skipped' && language === 'javascript' ? marks(path, source, quoted(source)) : []),
    ...(what === 'skipped' && path.endsWith('_test.go') && before !== null
      ? [...source.matchAll(BUILD_TAG)].map(([text]) => ({ text }))
      : []),
  ];
  const [now, then] = [found(after), found(before ?? '')];
  const [anyNow, anyThen] = [now, then].map((all) => all.filter(({ text }) => !OF_OLD_TESTS.test(text)));
  const more = anyNow?.slice(anyThen?.length) ?? [];
  const old = new Set(testsOf(path, before).map(({ name }) => name));
  const moved = now.filter(
    ({ test = '', text }) => old.has(test) && !then.some((one) => one.test === test && one.text === text),
  );
  return (more.length > 0 ? more : moved).map(({ text }) => ({ path, what, test: text }));
}

/** What is called `skip` may belong to anything; a runner gives its own to the test. */
function runnersOwn(code: string, form: RegExp): readonly RegExpMatchArray[] {
  return [...code.matchAll(form)].filter(({ groups }) => {
    const name = groups?.['receiver'];
    const given = String.raw`\b${name}\b[^()]*\)\s*=>|\b${name}\s*=>|\bfunction\b[^()]*\([^()]*\b${name}\b`;
    return name === undefined || new RegExp(given).test(code);
  });
}

interface Mark {
  readonly text: string;
  /** Name of the test that it is about. */
  readonly test?: string | undefined;
}

/** Stands before the test that it is about; all else stands in it. */
const AHEAD =
  /^(?:@|#!?\[\s*cfg\b[\s\S]*\]|x?(?:it|test|describe|suite|context|specify)\b|f(?:it|describe)\b)/;

function marks(path: string, source: string, found: Iterable<RegExpMatchArray>): readonly Mark[] {
  const all = [...found];
  const tests = all.length === 0 ? [] : testsOf(path, source);
  return all.map(({ 0: whole, index: start = 0 }) => {
    const text = whole.trim();
    const index = start + whole.indexOf(text);
    const test = AHEAD.test(text)
      ? tests.find((one) => one.index >= index)
      : tests.findLast((one) => one.index <= index);
    return { text, test: test?.name };
  });
}

function quoted(source: string): readonly RegExpMatchArray[] {
  const code = codeOnly(source, 'javascript');
  return [...source.matchAll(QUOTED)].filter(({ index }) => code[index] === source[index]);
}
