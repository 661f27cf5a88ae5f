import type ts from 'typescript';

/** TypeScript itself, as the project under review has it. */
export type Api = typeof ts;

/** One file as a tree, with what its parts call each other. */
export interface Syntax {
  readonly api: Api;
  readonly file: ts.SourceFile;
  /** Functions of this file by how they are called: `read`, and `this.read` of a method. */
  readonly functions: ReadonlyMap<string, FunctionWithBody>;
}

/** A function whose statements are in the file. */
export type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody };

/** Parses a file. */
export function parseSyntax(api: Api, name: string, text: string): Syntax {
  const file = api.createSourceFile(name, text, api.ScriptTarget.Latest, true);
  const functions = new Map<string, FunctionWithBody>();
  const visit = (node: ts.Node): void => {
    const called = isFunction(api, node) ? nameOf(api, node) : undefined;
    if (called !== undefined) functions.set(called, node as FunctionWithBody);
    api.forEachChild(node, visit);
  };
  visit(file);
  return { api, file, functions };
}

/** Whether a node is a function with statements of its own. */
export function isFunction(api: Api, node: ts.Node): node is FunctionWithBody {
  return (
    (api.isFunctionDeclaration(node) ||
      api.isMethodDeclaration(node) ||
      api.isFunctionExpression(node) ||
      api.isArrowFunction(node)) &&
    node.body !== undefined
  );
}

function nameOf(api: Api, node: FunctionWithBody): string | undefined {
  if (api.isFunctionDeclaration(node)) return node.name?.text;
  if (api.isMethodDeclaration(node)) return `this.${node.name.getText()}`;
  const { parent } = node;
  if (api.isVariableDeclaration(parent) && api.isIdentifier(parent.name)) return parent.name.text;
  return api.isPropertyDeclaration(parent) ? `this.${parent.name.getText()}` : undefined;
}

/** How a function of this file would be called by an expression: `read` or `this.read`. */
export function calledName(api: Api, expression: ts.Expression): string | undefined {
  const plain = inner(api, expression);
  if (api.isIdentifier(plain)) return plain.text;
  if (!api.isPropertyAccessExpression(plain)) return undefined;
  return plain.expression.kind === api.SyntaxKind.ThisKeyword ? `this.${plain.name.text}` : undefined;
}

/** The member that an expression takes of another one, also by a literal in brackets. */
export function memberOf(
  api: Api,
  expression: ts.Expression,
): { readonly of: ts.Expression; readonly name: string; readonly at: ts.Node } | undefined {
  const plain = inner(api, expression);
  if (api.isPropertyAccessExpression(plain))
    return { of: plain.expression, name: plain.name.text, at: plain.name };
  if (api.isElementAccessExpression(plain) && api.isStringLiteralLike(plain.argumentExpression))
    return { of: plain.expression, name: plain.argumentExpression.text, at: plain.argumentExpression };
  return undefined;
}

/** An expression without parentheses and assertions around it. */
export function inner(api: Api, expression: ts.Expression): ts.Expression {
  if (
    api.isParenthesizedExpression(expression) ||
    api.isAsExpression(expression) ||
    api.isNonNullExpression(expression) ||
    api.isTypeAssertionExpression(expression) ||
    api.isSatisfiesExpression(expression)
  )
    return inner(api, expression.expression);
  return expression;
}

/** As {@link inner}, and what is awaited. */
export function awaited(api: Api, expression: ts.Expression): ts.Expression {
  const plain = inner(api, expression);
  return api.isAwaitExpression(plain) ? awaited(api, plain.expression) : plain;
}

/** Whether a call is `Promise.<name>(…)`. */
export function isPromiseCall(api: Api, node: ts.Node, name?: string): boolean {
  if (!api.isCallExpression(node)) return false;
  const member = memberOf(api, node.expression);
  if (!member || !api.isIdentifier(member.of) || member.of.text !== 'Promise') return false;
  return name === undefined || member.name === name;
}

/** Whether a function says that it gives a promise. */
export function isAsync(api: Api, node: FunctionWithBody): boolean {
  const marked = api.canHaveModifiers(node) ? api.getModifiers(node) : undefined;
  return (
    marked?.some(({ kind }) => kind === api.SyntaxKind.AsyncKeyword) === true ||
    /^(?:Promise|PromiseLike)\b/.test(node.type?.getText() ?? '')
  );
}

/** The function around a node. */
export function enclosingFunction(api: Api, node: ts.Node): FunctionWithBody | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) if (isFunction(api, at)) return at;
  return undefined;
}

/** Every name that a pattern binds. */
export function boundNames(api: Api, name: ts.BindingName): readonly string[] {
  if (api.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    api.isBindingElement(element) ? boundNames(api, element.name) : [],
  );
}
