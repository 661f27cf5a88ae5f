/** A name by which something says that it does nothing. */
const NOTHING = /^_?(?:null|no_?op|nop|silent|discard|ignore)/i;

interface Body {
  /** The source without comments and texts. */
  readonly code: string;
  /** Its head and its brackets, as code. */
  readonly text: string;
  readonly index: number;
}

/** Whether a function that has nothing in it is as it has to be. */
export function isMeant(source: string, { code, text, index }: Body): boolean {
  const before = code.slice(0, index);
  const name = /(\w+)\s*(?:<[^(){}]*>)?\([^{}]*\{\s*\}$|\bconst\s+(\w+)/.exec(text);
  return (
    saysWhyNothing(source.slice(index, index + text.length)) ||
    isForOthers(before) ||
    NOTHING.test(name?.[2] ?? name?.[1] ?? '') ||
    isMarker(code, text)
  );
}

/** Whoever says in it why there is nothing to do has thought of it. */
function saysWhyNothing(text: string): boolean {
  return /\/\/|\/\*/.test(text) && !/\b(?:todo|fixme|xxx|implement\w*|placeholder|stub)\b/i.test(text);
}

/** Whether somebody else decides that it is there, or it is for others to override, or its owner does nothing. */
function isForOthers(before: string): boolean {
  const near = before.slice(-200);
  if (/@(?:Override|Test|BeforeEach|AfterEach|Pointcut|Bean)\b[^;{}]*$/.test(near)) return true;
  // The same function has something to do on another system.
  if (/#\[cfg\([^\]]*\)\]\s*$/.test(near)) return true;
  const owner = [...before.matchAll(/\b(abstract\s+)?class\s+(\w+)/g)].at(-1);
  return owner !== undefined && (owner[1] !== undefined || NOTHING.test(owner[2] ?? ''));
}

/** A method of Go that only says to which interface its type belongs, or whose type does nothing. */
function isMarker(code: string, text: string): boolean {
  const [, receiver = '', name = ''] =
    /^func\s+\(\s*(?:\w+\s+)?\*?(\w+)[^()]*\)\s*(\w+)\s*\(/.exec(text) ?? [];
  if (NOTHING.test(receiver)) return true;
  const isHead = /^[a-z]/.test(name) && /\)\s*\w+\s*\(\s*\)\s*\{/.test(text);
  return isHead && new RegExp(String.raw`\binterface\s*\{[^{}]*\b${name}\(\s*\)`).test(code);
}

/** Whether an error of Java's own says why there is no such operation, as one that changes what cannot be changed. */
export function saysWhy(source: string, { 0: head, index }: RegExpExecArray): boolean {
  if (!head.includes('UnsupportedOperation')) return false;
  const said = /^\s*"([^"\n]*\w[^"\n]*)"/.exec(source.slice(index + head.length))?.[1];
  return said !== undefined && !/\b(?:implement\w*|yet|later|soon|todo|stub|placeholder|now)\b/i.test(said);
}

/** Decorators of functions that have no body, or need none. */
const DECLARING = /@(?:\w+\.)*(?:abstract\w*|overload|singledispatch\w*|group|callback|hookspec)\b/;

interface Source {
  /** Without comments and texts. */
  readonly lines: readonly string[];
  readonly original: readonly string[];
}

/** Whether a function of Python is there for others to write, or for its decorator. */
export function isDeclared({ lines, original }: Source, at: number, indent: string): boolean {
  const [, name = ''] = /\bdef[ \t]+(\w+)/.exec(lines[at] ?? '') ?? [];
  return (
    isDecorated(lines, at) ||
    isForOthersToSay(original.slice(at, at + 4)) ||
    NOTHING.test(name) ||
    isOfOwner(lines.slice(0, at), { lines, name, indent })
  );
}

function isDecorated(lines: readonly string[], at: number): boolean {
  const above = lines.slice(0, at);
  const first = above.findLastIndex((line) => !/^[ \t]*@/.test(line)) + 1;
  return above.slice(first).some((line) => DECLARING.test(line));
}

interface Method {
  readonly lines: readonly string[];
  readonly name: string;
  readonly indent: string;
}

/** Whether its class leaves it to others, or does nothing; nobody has to do anything when a block is left. */
function isOfOwner(above: readonly string[], { lines, name, indent }: Method): boolean {
  const owner = above.findLast((line) => /^[ \t]*class\b/.test(line)) ?? '';
  const [, depth = indent, type = ''] = /^([ \t]*)class[ \t]+(\w+)/.exec(owner) ?? [];
  if (depth.length >= indent.length) return false;
  const isLeft = /^__a?exit__$/.test(name) || /\b(?:Protocol|ABC|ABCMeta)\b/.test(owner);
  return isLeft || NOTHING.test(type) || isOverridden(lines, type, name);
}

/** Whether the first lines of a method say that others override it. */
function isForOthersToSay(lines: readonly string[]): boolean {
  const next = lines.findIndex((line, at) => at > 0 && /^[ \t]*(?:async[ \t]+)?def\b/.test(line));
  const own = lines.slice(0, next < 0 ? undefined : next).join('\n');
  return /^[ \t]/.test(own) && /\b(?:subclass|overrid)/i.test(own);
}

/** Whether a class that is derived from another one has a method of the same name. */
function isOverridden(lines: readonly string[], type: string, name: string): boolean {
  const derived = new RegExp(String.raw`^[ \t]*class[ \t]+\w+\([^)]*\b${type}\b`);
  const method = new RegExp(String.raw`^[ \t]+(?:async[ \t]+)?def[ \t]+${name}\b`);
  return lines.some((line, at) => {
    if (!derived.test(line)) return false;
    const rest = lines.slice(at + 1);
    const next = rest.findIndex((one) => /^[ \t]*class\b/.test(one));
    return (next < 0 ? rest : rest.slice(0, next)).some((one) => method.test(one));
  });
}
