import { codeOnly } from './code-only.ts';
import { type FileChange, type Language, languageOf } from './file-change.ts';
import { isDeclared, isMeant, saysWhy } from './meant-bodies.ts';
import { isTestFile } from './test-file.ts';

/** A body that says that there is none yet. */
export interface Placeholder {
  readonly path: string;
  /** Of the source as it is now, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A function with a name, and nothing in it. */
const EMPTY: Readonly<Partial<Record<Language, readonly RegExp[]>>> = {
  javascript: [
    /\bexport\s+const\s+[\w$]+\s*(?::[^=]+)?=\s*(?:async\s*\([^()]*\)|\([^()]*[\w$][^()]*\))\s*(?::[^{};=]+)?=>\s*\{\s*\}/g,
    /\bfunction\s*\*?\s*[\w$]+\s*\([^()]*\)\s*(?::[^{};=]+)?\{\s*\}/g,
    // A constructor may have its work in its parameters.
    /^[ \t]*(?:(?:public|private|protected|static|async|override|get|set)\s+)*(?!(?:constructor|if|for|while|switch|catch|function)\b)#?[\w$]+\s*\([^()]*\)\s*(?::[^{};=]+)?\{\s*\}/gm,
  ],
  // One that overrides may have nothing to do, as a constructor may.
  java: [
    /^[ \t]*(?:(?:public|private|protected|static|final|synchronized)\s+)*(?!(?:new|else|return|throw|do|try|finally|class|interface|enum|record|public|private|protected|static|final)\b)(?:<[\w\s,]+>\s+)?[\w.]+(?:<[^(){};]*>)?(?:\[\])*\s+(?!(?:if|for|while|switch|catch)\b)\w+\s*\([^()]*\)\s*(?:throws[\w\s,.]+)?\{\s*\}/gm,
  ],
  // Hooks of traits may be empty; they are indented.
  rust: [
    /^(?:pub(?:\([^()]*\))?\s+)?(?:async\s+)?fn\s+(?!main\b)\w+\s*(?:<[^(){}]*>)?\([^()]*\)\s*\{\s*\}/gm,
  ],
  go: [/^func\s+(?:\([^()]*\)\s*)?\w+\s*\([^()]*\)\s*(?:[\w*[\].]+|\([^()]*\))?\s*\{\s*\}/gm],
};

/** What a language has for a body that is still to be written. */
const STANDARD: Readonly<Partial<Record<Language, RegExp>>> = {
  javascript: /\bthrow\s+(?:new\s+)?NotImplemented\w*\s*\(/g,
  rust: /\b(?:todo|unimplemented)!\s*[({[]/g,
  java: /\bthrow\s+new\s+(?:UnsupportedOperationException|NotImplementedException)\s*\(/g,
};

/** What raises an error with a text; looked up in the source itself, as texts are empty elsewhere. */
const ERRORS: Readonly<Record<Language, string>> = {
  javascript: String.raw`\b(?:throw\s+|(?:Promise\.)?reject\s*\(\s*)(?:new\s+)?\w*Error\s*\(\s*`,
  python: String.raw`\b(?:raise\s+\w+\s*\(\s*|assert\s+(?:False|0)\s*,\s*)f?`,
  go: String.raw`\b(?:panic|errors\.New|fmt\.Errorf|log\.(?:Fatal|Panic)\w*)\s*\(\s*(?:fmt\.Sprintf\s*\(\s*)?`,
  rust: String.raw`\b(?:(?:panic|unreachable|bail|anyhow)!|Err)\s*\(\s*(?:format!\s*\(\s*)?`,
  java: String.raw`\bthrow\s+new\s+\w+\s*\(\s*`,
};

/** A text that says that a body is still to be written; what others have not implemented, or a list of things to do, is not meant. */
const SAYS_SO = [
  /\bnot\s+(?:yet\s+)?implemented\b(?!\s+by\b)|\bunimplemented\b|\b(?:to be implemented|implement me)\b|\bsupported\s+yet\b/i,
  /\b(?:TODO|TBD)\b/,
  /^\W*(?:todo|tbd)\W*$/i,
];

/** Nothing but fixed values, in a body that says itself that they are for now. */
const ATOM = String.raw`(?:null|undefined|nil|None|true|false|True|False|-?\d[\w.]*|"[^"\n]*"|'[^'\n]*'|\[\s*\]|\{\s*\}|\(\s*\)|&?(?:new\s+)?[A-Z]\w*(?:<[^<>()]*>)?(?:\(\s*\)|\{\s*\})|(?:dict|list|set)\(\)|\w+::(?:new|default)\(\)|(?:Promise\.resolve|Optional\.empty|Collections\.empty\w+|(?:List|Set|Map|Stream)\.(?:of|empty))\(\s*\))`;
const RECORD = String.raw`\{\s*(?:["']?\w+["']?\s*:\s*${ATOM}\s*,?\s*)+\}`;
const VALUE = String.raw`(?:(?:Ok|Some|Promise\.resolve|Optional\.of)\(\s*(?:${RECORD}|${ATOM})\s*\)|${RECORD}|${ATOM})(?:\s+as\s+[\w<>[\]]+)*`;
const FIXED = String.raw`${VALUE}(?:\s*,\s*${VALUE})*`;
const COMMENT = String.raw`\s*(?:\/\/[^\n]*|\/\*(?:(?!\*\/)[\s\S])*\*\/)`;
const FOR_NOW = new RegExp(
  String.raw`\{((?:${COMMENT})*)\s*(?:return\s+)?${FIXED}\s*;?((?:${COMMENT})*)\s*\}|=>\s*\{((?:${COMMENT})+)\s*\}`,
  'g',
);
const PYTHON_FOR_NOW = new RegExp(
  String.raw`:[ \t]*\n((?:[ \t]*#[^\n]*\n)*)[ \t]+return(?:[ \t]+${FIXED})?[ \t]*(#[^\n]*)?$(?!\n[ \t]+\S)`,
  'gm',
);
const UNFINISHED =
  /\b(?:TODO|FIXME|XXX)\b|^\W*(?:[Tt]odo|[Ff]ixme)\b|\b(?:[Ii]mplement\w*|[Pp]laceholder|[Ss]tub(?:bed)?|[Ff]or now|[Dd]ummy)\b/m;

/** What nobody writes by hand has bodies as its tool makes them. */
const MADE_BY_TOOLS =
  /(?:^|\/)(?:dist|build|out|vendor|third_party|node_modules|generated|__generated__)\/|\.min\.[cm]?js$|\.pb\.go$|_pb2(?:_grpc)?\.py$|\.d\.[cm]?ts$/;

const SAYS_MADE =
  /^ ?(?:\/[/*]|\*|#).*(?:\bDO NOT EDIT\b|@generated\b|\b(?:file|code)\b.*\bauto-?generated\b|\bauto-?generated (?:by|from|code|file)\b)/im;

/** Finds bodies that a package newly leaves to be written. Tests have bodies of their own kind, and fakes that do nothing. */
export function placeholders(changes: readonly FileChange[]): readonly Placeholder[] {
  return changes.flatMap(({ path, before, after }) => {
    const language = languageOf(path);
    if (after === null || language === undefined || language === 'other') return [];
    if (isTestFile(path) || isMadeByTool(path, after)) return [];
    const then = found(before ?? '', language).map(({ text }) => text);
    return found(after, language)
      .filter(({ text }) => {
        const at = then.indexOf(text);
        if (at >= 0) then.splice(at, 1);
        return at < 0;
      })
      .map((one) => ({ path, ...one }));
  });
}

function isMadeByTool(path: string, text: string): boolean {
  return MADE_BY_TOOLS.test(path) || SAYS_MADE.test(text.slice(0, 500));
}

type Found = Omit<Placeholder, 'path'>;

function found(source: string, language: Language): readonly Found[] {
  const code = codeOnly(source, language);
  const at = ({ 0: text, index }: RegExpExecArray): Found => {
    const start = index + text.search(/\S/);
    return { line: lineAt(source, start), text: oneLine(source.slice(start, index + text.length)) };
  };
  const errors = new RegExp(String.raw`${ERRORS[language]}(['"\x60])([^'"\x60]*)\1`, 'g');
  const all = [
    ...(EMPTY[language] ?? []).flatMap((form) =>
      [...code.matchAll(form)]
        .filter(({ 0: text, index }) => !isMeant(source, { code, text, index }))
        .map(at),
    ),
    ...[...source.matchAll(language === 'python' ? PYTHON_FOR_NOW : FOR_NOW)]
      .filter(([, ...comments]) => comments.some((text) => UNFINISHED.test(text ?? '')))
      .map(at),
    ...[...code.matchAll(STANDARD[language] ?? /$^/g)].filter((match) => !saysWhy(source, match)).map(at),
    ...[...source.matchAll(errors)]
      .filter(
        ({ index, 2: text = '' }) => code[index] === source[index] && SAYS_SO.some((form) => form.test(text)),
      )
      .map(at),
    ...(language === 'python' ? pythonStubs(code, source) : []),
  ];
  const seen = new Map(all.map((one) => [`${one.line} ${one.text}`, one]));
  return [...seen.values()].toSorted((a, b) => a.line - b.line);
}

const PYTHON_NOTHING = /^(?:pass|\.\.\.|raise[ \t]+NotImplementedError\b.*)$/;

/** Functions whose body is nothing but `pass`, `...`, a text or `NotImplemented`; abstract ones and overloads have no other. */
function pythonStubs(code: string, source: string): readonly Found[] {
  const lines = code.split('\n');
  const original = source.split('\n');
  return lines.flatMap((line, at) => {
    const indent = /^([ \t]*)(?:async[ \t]+)?def[ \t]+\w+/.exec(line)?.[1];
    if (indent === undefined || isDeclared({ lines, original }, at, indent)) return [];
    const head = lines.findIndex((one, number) => number >= at && /:[ \t]*(?:pass|\.\.\.)?[ \t]*$/.test(one));
    if (head < 0) return [];
    const rest = /:[ \t]*(pass|\.\.\.)[ \t]*$/.exec(lines[head] ?? '')?.[1];
    const body = rest === undefined ? bodyBelow(lines, head, indent) : [rest];
    const isStub = isPythonStub(body, { def: line, below: lines[head + 1] ?? '' });
    return isStub ? [{ line: at + 1, text: `${(original[at] ?? '').trim()} ${body[0] ?? 'nothing'}` }] : [];
  });
}

function isPythonStub(
  body: readonly string[],
  { def, below }: { readonly def: string; readonly below: string },
): boolean {
  // In a class it may be a hook, whose text says what it is for.
  if (body.length === 0)
    return /^(?:async\b|def\b)(?!.*\)[^()]*:[ \t]*\S)/.test(def) && /^[ \t]+["']/.test(below);
  // An operator may be for others to answer.
  const isAnswer = body.length === 1 && /^return[ \t]+NotImplemented$/.test(body[0] ?? '');
  return isAnswer ? !/\bdef[ \t]+__/.test(def) : body.every((one) => PYTHON_NOTHING.test(one));
}

/** Statements of a function, without what documents it. */
function bodyBelow(lines: readonly string[], head: number, indent: string): readonly string[] {
  const body: string[] = [];
  for (const line of lines.slice(head + 1)) {
    if (line.trim() === '') continue;
    if (!/^[ \t]/.test(line.slice(indent.length)) || !line.startsWith(indent)) break;
    body.push(line.trim());
  }
  return body.filter((line) => !/^(["'])[ \t]*\1?$/.test(line) && !/^["']$/.test(line));
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
