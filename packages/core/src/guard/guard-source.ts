import type ts from 'typescript';
import { type Comment, commentsOf } from './comments.ts';
import { findHandler } from './find-handlers.ts';
import { findPromise } from './find-promises.ts';
import { findSwallowing } from './find-swallowing.ts';
import type { Construct, GuardCode, GuardFinding } from './guard-finding.ts';
import { judgeReason } from './judge-reason.ts';
import { type Api, parseSyntax, type Syntax } from './syntax.ts';

/** What no reason makes up for. */
const NEVER: ReadonlySet<Construct> = new Set(['finally-exit', 'empty-error-listener']);

/** More of a line is not shown. */
const LONGEST = 160;

/** A place that has to be justified. */
interface Place {
  readonly construct: Construct;
  readonly pos: number;
  /** Behind the bracket of the block that begins there, if any. */
  readonly body: number | undefined;
}

/** A comment of the form `// broad-catch: <reason>`. */
interface Justification {
  readonly reason: string;
  readonly pos: number;
  readonly line: number;
  /** Nothing but space is before it. */
  readonly alone: boolean;
}

/**
 * Finds every broad catch of a file that is not justified, sorted.
 *
 * @param api TypeScript of the project that the file belongs to.
 * @param name relative to the root of the checkout, with `/`.
 */
export function guardSource(api: Api, name: string, text: string): readonly GuardFinding[] {
  try {
    return examined(api, name, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Nested deeper than the parser goes.
    const source = text.trimStart().slice(0, LONGEST).split('\n')[0] ?? '';
    return [
      { file: name, line: 1, column: 1, construct: 'syntax', reason: null, code: 'syntax-error', source },
    ];
  }
}

function examined(api: Api, name: string, text: string): readonly GuardFinding[] {
  const syntax = parseSyntax(api, name, text);
  const report = reporter(syntax, name);
  const broken = syntaxError(syntax.file);
  if (broken !== undefined) return [report({ construct: 'syntax', pos: broken }, 'syntax-error', null)];
  const comments = commentsOf(syntax);
  const justifications = comments.flatMap((comment) => justification(syntax.file, comment));
  const reasons = justifications.map(({ reason }) => reason);
  const free = new Set(justifications);
  return placesOf(syntax, comments).flatMap((place) => {
    if (NEVER.has(place.construct)) return [report(place, 'never-justified', null)];
    const given = justificationOf(syntax.file, place, free);
    if (!given) return [report(place, 'unjustified', null)];
    // One reason speaks for one place.
    free.delete(given);
    const problem = given.reason === '' ? 'unjustified' : judgeReason(given.reason, reasons);
    return problem ? [report(place, problem, given.reason === '' ? null : given.reason)] : [];
  });
}

function reporter({ file }: Syntax, name: string) {
  const lines = file.text.split(/\r\n|[\n\r\u2028\u2029]/);
  return (
    { construct, pos }: Pick<Place, 'construct' | 'pos'>,
    code: GuardCode,
    reason: string | null,
  ): GuardFinding => {
    const { line, character } = file.getLineAndCharacterOfPosition(pos);
    const source = (lines[line] ?? '').trim().slice(0, LONGEST);
    return { file: name, line: line + 1, column: character + 1, construct, reason, code, source };
  };
}

/** The parser goes on after an error, with a tree in which things are missing. */
function syntaxError(file: ts.SourceFile): number | undefined {
  const { parseDiagnostics } = file as ts.SourceFile & {
    readonly parseDiagnostics?: readonly { readonly start?: number }[];
  };
  const [first] = parseDiagnostics ?? [];
  return first && (first.start ?? 0);
}

function placesOf(syntax: Syntax, comments: readonly Comment[]): readonly Place[] {
  const { api, file } = syntax;
  const places: Place[] = comments
    .filter(({ text }) => /^\/[*/]\s*(?:eslint|oxlint)-disable/.test(text))
    .map(({ pos }) => ({ construct: 'lint-disable', pos, body: undefined }));
  const visit = (node: ts.Node): void => {
    for (const find of [findHandler, findPromise, findSwallowing])
      for (const { construct, at, block } of find(syntax, node)) {
        const body = block && block.getStart(file) + 1;
        places.push({ construct, pos: at.getStart(file), body });
      }
    api.forEachChild(node, visit);
  };
  visit(file);
  return places.toSorted((a, b) => a.pos - b.pos);
}

function justification(file: ts.SourceFile, { pos, text }: Comment): readonly Justification[] {
  const reason = /^\/\/\s*broad-catch:(.*)$/.exec(text)?.[1]?.trim();
  if (reason === undefined) return [];
  const { line, character } = file.getLineAndCharacterOfPosition(pos);
  const alone = file.text.slice(pos - character, pos).trim() === '';
  return [{ reason, pos, line, alone }];
}

/** On the same line, at the beginning of the block that begins there, or alone on the line before. */
function justificationOf(
  file: ts.SourceFile,
  { pos, body }: Place,
  free: ReadonlySet<Justification>,
): Justification | undefined {
  const { line } = file.getLineAndCharacterOfPosition(pos);
  const opens = body !== undefined && file.getLineAndCharacterOfPosition(body).line === line;
  const begins = (one: Justification) =>
    opens && one.pos >= body && one.line === line + 1 && file.text.slice(body, one.pos).trim() === '';
  const candidates = [...free];
  return (
    candidates.find((one) => one.line === line) ??
    candidates.find(begins) ??
    candidates.find((one) => one.alone && one.line === line - 1)
  );
}
