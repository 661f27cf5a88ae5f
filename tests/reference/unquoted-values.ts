import ts from 'typescript';

/** A command that is open at the end of a text: in code, on a line of its own, or after "run". */
const IN_COMMAND = /(?:^ *|`|\b[Rr]un )(?:spec-kitty|git) [^`\n]*$/m;

/** What is one plain word by its own rule: packages, commits, lanes; and what was quoted where it was put together. */
const PLAIN = new Set([
  'wp',
  'wp.id',
  'wpId',
  'id',
  'claim.wp.id',
  'taken.wp.id',
  "wp ?? ''",
  "packages.at(-1) ?? ''",
  'commit',
  'lastCommit',
  'base',
  'kept',
  'from',
  'fixFrom',
  'to',
  'at',
  'scope',
  'rest',
  'folders',
  'command',
]);

/** Lists every value that a template puts into a command line without making one shell word of it. */
export function unquotedValues(file: string, source: string): readonly string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) found.push(...unquotedIn(node).map((value) => `${file}: ${value}`));
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

function unquotedIn({ head, templateSpans }: ts.TemplateExpression): readonly string[] {
  let before = head.text;
  const found: string[] = [];
  for (const { expression, literal } of templateSpans) {
    const text = expression.getText();
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (IN_COMMAND.test(line) && !PLAIN.has(text) && !/\bshell(?:Word|Paths)\b/.test(text)) found.push(text);
    before += `VALUE${literal.text}`;
  }
  return found;
}
