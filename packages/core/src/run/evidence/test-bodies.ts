import { codeOnly, meaningOf } from './code-only.ts';
import { type Language, languageOf } from './file-change.ts';

/** A test in a source. */
export interface FoundTest {
  readonly name: string;
  /** Where it begins. */
  readonly index: number;
  /** Whether nothing in it can fail; `undefined` where that cannot be told. */
  readonly isHollow: boolean | undefined;
  /** What it does, as code alone; `undefined` where that is elsewhere. */
  readonly body: string | undefined;
  /** The same with its texts, however it is written. */
  readonly says: string | undefined;
  /** Everything since the test before it, such as the cases that it runs for; nothing of one that stands in another. */
  readonly reach: string;
}

/** What stands in brackets, and brackets in these. */
const INNER = String.raw`[^()]*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)[^()]*)*`;

/** A text, which is blank in code. */
const TEXT = String.raw`(?<quote>['"\x60])(?<name>\s*)\k<quote>`;

/** One match for each test, in code alone. */
const TESTS: Readonly<Record<Language, RegExp>> = {
  javascript: new RegExp(
    String.raw`(?<![\w.$])(?:(?:x?it|x?test|xspecify|specify|Deno\.test)(?:\.\w+)*\s*(?:<[^()]*>\s*)?(?:\(${INNER}\)\s*|\x60\s*\x60\s*)?\(\s*${TEXT}|[\w$]+\.test\s*\(\s*${TEXT.replaceAll('quote', 'mark').replace('<name>', '<part>')}\s*,)`,
    'dg',
  ),
  python: /^[ \t]*(?:async\s+)?def\s+(?<name>test_\w*|test[A-Z]\w*)/dgm,
  go: new RegExp(
    String.raw`^func\s+(?<name>(?:Test|Example|Fuzz)\w*)\s*\(|\.Run\s*\(\s*(?<mark>["\x60])(?<part>\s*)\k<mark>\s*,\s*func\b`,
    'dgm',
  ),
  rust: /#\[(?:\w+::)*(?:\w*test|test_case|quickcheck)\b(?:\([^\]]*\))?\s*\][\s\S]*?\bfn\s+(?<name>\w+)/dg,
  java: /@(?:(?:Parameterized|Repeated)?Test|TestFactory|TestTemplate|Property)\b[\s\S]*?\b(?<name>\w+)\s*\(\s*[^()]*\)\s*(?:throws[\w\s,.]+)?\{|\bpublic\s+void\s+(?<part>test\w*)\s*\(\s*\)\s*(?:throws[\w\s,.]+)?\{/dg,
};

/** Every test of a source, in order. */
export function testsOf(path: string, source: string | null): readonly FoundTest[] {
  const language = languageOf(path);
  if (source === null || language === undefined || language === 'other') return [];
  const code = codeOnly(source, language);
  const isByName = language !== 'java' || /\bextends\s+\w*TestCase\b/.test(code);
  const found = [...code.matchAll(TESTS[language])].filter(({ groups }) => isByName || !groups?.['part']);
  let last = 0;
  return found.map((match) => {
    const end = match.index + match[0].length;
    const body = BODIES[language](code, { start: match.index, end });
    const { name, part } = match.indices?.groups ?? {};
    const trimmed = body?.trim() ?? '';
    const at = Math.max(code.indexOf(trimmed, match.index), match.index);
    const until = Math.max(end, at + (body?.length ?? 0));
    const around = source.slice(last, until);
    const reach = meaningOf(around, language);
    last = Math.max(last, until);
    return {
      name: source.slice(...(name ?? part ?? [match.index, end])),
      index: match.index,
      isHollow: body === undefined || isJudgedByOthers(around, code) ? undefined : cannotFail(body),
      body,
      says: body === undefined ? undefined : meaningOf(source.slice(at, at + trimmed.length), language),
      reach,
    };
  });
}

/** Whether a runner compares what a test prints, or starts what it is a test of: Go's examples, and frameworks of Java. */
function isJudgedByOthers(test: string, code: string): boolean {
  const isExample = /^func\s+Example\w*\(\)/m.test(test) && /\/\/\s*(?:unordered\s+)?output:/i.test(test);
  return (
    isExample || (/@(?:SpringBoot|Quarkus|Micronaut)Test\b/.test(code) && /\bcontextLoads\b/i.test(test))
  );
}

interface Place {
  readonly start: number;
  readonly end: number;
}

type BodyOf = (code: string, place: Place) => string | undefined;

const BODIES: Readonly<Record<Language, BodyOf>> = {
  // The rest of the call; a test that is a function of some name is not looked up.
  javascript: (code, { end }) => {
    const rest = enclosed(code, end, ['(', ')']);
    const begin = /=>\s*|\bfunction\b[^(]*\([^()]*\)\s*/.exec(rest ?? '');
    return rest === undefined || begin === null ? undefined : rest.slice(begin.index + begin[0].length);
  },
  python: (code, { start }) => {
    const [head = '', ...lines] = code.slice(start).split('\n');
    const indent = /^[ \t]*/.exec(head)?.[0] ?? '';
    const from = lines.findIndex((line) => /:[ \t]*$/.test(line));
    const isLong = !/:\s*(?:\S.*)?$/.test(head);
    const body = isLong ? lines.slice(from + 1) : lines;
    const after = body.findIndex(
      (line) => line.trim() !== '' && (!line.startsWith(indent) || !/^[ \t]/.test(line.slice(indent.length))),
    );
    const inLine = /\)\s*(?:->[^:]*)?:\s*(\S.*)$/.exec(head)?.[1] ?? '';
    return [inLine, ...(after < 0 ? body : body.slice(0, after))].join('\n');
  },
  go: inBraces,
  rust: inBraces,
  java: (code, { end }) => enclosed(code, end, ['{', '}']),
};

function inBraces(code: string, { end }: Place): string | undefined {
  const open = code.indexOf('{', end);
  return open < 0 ? undefined : enclosed(code, open + 1, ['{', '}']);
}

/** What follows a bracket that is open, up to where it closes. */
function enclosed(code: string, from: number, [open, close]: readonly [string, string]): string | undefined {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === open) depth += 1;
    else if (code[at] === close) depth -= 1;
    if (depth === 0) return code.slice(from, at);
  }
  return undefined;
}

const LITERAL = String.raw`\s*!?\s*(?:true|false|True|False|null|undefined|None|nil|\d+(?:\s*[-+*]\s*\d+)*|"\s*"|'\s*'|\[\s*\]|\{\s*\})\s*`;

/** Statements that are true whatever the program does, or that only print. */
const IDLE = new RegExp(
  [
    String.raw`\bexpect\(${LITERAL}\)(?:\.\w+)*(?:\((?:${LITERAL})?\))?`,
    String.raw`\b(?:self\.|\w+\.)?[aA]ssert\w*!?(?:\.\w+)*\(${LITERAL}(?:(?:,|==|===)${LITERAL})*\)`,
    String.raw`\bassert\b[^\n]*\bor\s+True\b`,
    // What is the same as itself.
    String.raw`\bexpect\(\s*(?<it>[\w.]+)\s*\)\.\w+\(\s*\k<it>\s*\)`,
    String.raw`\bassert\s+(?<its>[\w.]+)\s*==\s*\k<its>(?![\w.([])`,
    String.raw`\b(?:self\.|\w+\.)?[aA]ssert\w*!?(?:\.\w+)*\(\s*(?<own>[\w.]+)\s*,\s*\k<own>\s*\)`,
    // Said, and not compared with anything.
    String.raw`\bexpect\((?:[^()]|\([^()]*\))*\)(?!\s*[.\w[(])`,
    String.raw`\bassert${LITERAL}(?:==${LITERAL})?(?=$|\n|;)`,
    String.raw`\b(?:console\.\w+|print(?:ln)?!?|t\.Logf?|fmt\.Print\w*|System\.(?:out|err)\.print\w*|\w+\.printStackTrace)\([^()]*\)`,
  ].join('|'),
  'gm',
);

/** A statement that ends a test before anything of it has run. */
const AT_ONCE = /^\s*\{?\s*(?:if\s*\(?\s*(?:true|True|1)\s*\)?\s*[:{]?\s*)?return\s*(?:;|\n|$)/;

/** All of a test, and nothing of what it finds counts. */
const SWALLOWED = [
  /^\s*try\s*\{(?:(?!\bcatch\b)[\s\S])*\}\s*catch\s*(?:\(\s*(?:(?:final\s+)?(?:Throwable|Error|AssertionError)\s+)?\w+\s*\)\s*)?\{[\s;]*\}\s*;?\s*$/,
  /^(?:[ \t]*\n)*([ \t]+)try:(?:(?!\bexcept\b)[\s\S])*\n\1except(?:\s+(?:Exception|AssertionError|BaseException)\b[^:\n]*)?:\s*(?:pass|\.\.\.|return)?\s*$/,
];

/** Words by which a test, or what it calls, says what has to be. */
const SAYING =
  /\b(?:expect|assert|should|verif|fail|fatal|error|requir|ensur|check|rais|throw|reject|panic|unwrap|equal|match|snapshot)\w*|\b(?:is|ok|same|must)\b|\?;/i;

/** Calls, and words that make a test fail by themselves. */
const FAILING =
  /\bassert\b|\bthrow\b|\braise\b|\bpanic!|\?;|(?<!\b(?:if|for|while|switch|catch|function|return|match|with|and|or|not|in)\s*)(?<=[\w$\])>])\s*!?\s*\(/;

function cannotFail(body: string): boolean {
  const said = body.replaceAll(IDLE, ' ');
  return (
    AT_ONCE.test(body) ||
    SWALLOWED.some((form) => form.test(said.replace(/^\s*\{([\s\S]*)\}[^}]*$/, '$1'))) ||
    !FAILING.test(said)
  );
}

/** Whether a test has said what has to be, and now calls some of what it called, and says nothing of that any more. */
export function saysNoMore(before: string, after: string): boolean {
  const [then, now] = [before, after].map((body) => body.replaceAll(IDLE, ' '));
  if (then === undefined || now === undefined || !SAYING.test(then) || SAYING.test(now)) return false;
  // What it calls anew may say it.
  const known = new Set(callsOf(then));
  return callsOf(now).every((name) => known.has(name));
}

export function callsOf(body: string): readonly string[] {
  return [...body.matchAll(/([\w$]+)\s*!?\s*\(/g)].map(([, name = '']) => name);
}
