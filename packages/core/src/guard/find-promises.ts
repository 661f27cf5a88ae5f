import type ts from 'typescript';
import { handlerOf } from './find-handlers.ts';
import type { Found } from './found.ts';
import {
  type Api,
  awaited,
  calledName,
  enclosingFunction,
  inner,
  isAsync,
  isFunction,
  isPromiseCall,
  memberOf,
  type Syntax,
} from './syntax.ts';

/** What calls a function back and looks at nothing that it returns. */
const CALLS_BACK =
  /^(?:forEach|setTimeout|setInterval|setImmediate|queueMicrotask|nextTick|on|once|addListener|prependListener|addEventListener)$/;

/** Promises whose rejection nobody looks at, as far as the text of one file can tell. */
export function findPromise(syntax: Syntax, node: ts.Node): readonly Found[] {
  const { api } = syntax;
  if (api.isVoidExpression(node))
    return branches(api, node.expression).some((part) => mayBePromise(syntax, part))
      ? [{ construct: 'void-promise', at: node }]
      : [];
  if (api.isExpressionStatement(node))
    return branches(api, node.expression)
      .filter((part) => isPromise(syntax, part))
      .map((at) => ({ construct: 'floating-promise', at }));
  if (!api.isCallExpression(node)) return [];
  if (isPromiseCall(api, node, 'allSettled'))
    return losesResults(syntax, node) ? [{ construct: 'all-settled', at: node }] : [];
  return asyncCallbacks(syntax, node);
}

/** Every value that an expression can come to. */
function branches(api: Api, expression: ts.Expression): readonly ts.Expression[] {
  const plain = inner(api, expression);
  if (api.isConditionalExpression(plain))
    return [...branches(api, plain.whenTrue), ...branches(api, plain.whenFalse)];
  if (api.isBinaryExpression(plain) && /^(?:&&|\|\||\?\?|,)$/.test(plain.operatorToken.getText()))
    return [...branches(api, plain.left), ...branches(api, plain.right)];
  return [plain];
}

/** Calls of what is known to give a promise; what another file exports, no text of this one tells. */
function isPromise(syntax: Syntax, expression: ts.Expression): boolean {
  const { api } = syntax;
  if (api.isNewExpression(expression)) return expression.expression.getText() === 'Promise';
  if (!api.isCallExpression(expression) || isHandled(syntax, expression)) return false;
  if (isPromiseCall(api, expression)) return !isPromiseCall(api, expression, 'allSettled');
  if (expression.expression.kind === api.SyntaxKind.ImportKeyword) return true;
  if (/^(?:then|finally)$/.test(memberOf(api, expression.expression)?.name ?? '')) return true;
  const called = functionCalled(syntax, expression);
  return called !== undefined && isAsync(api, called);
}

/** As {@link isPromise}, of what somebody saw fit to write `void` before: everything that is not known to be none. */
function mayBePromise(syntax: Syntax, expression: ts.Expression): boolean {
  const { api } = syntax;
  if (api.isIdentifier(expression) || memberOf(api, expression)) return true;
  if (api.isNewExpression(expression)) return true;
  if (!api.isCallExpression(expression) || isHandled(syntax, expression)) return false;
  if (isPromiseCall(api, expression, 'allSettled')) return false;
  const called = functionCalled(syntax, expression);
  return called?.type === undefined || isAsync(api, called);
}

function functionCalled({ api, functions }: Syntax, call: ts.CallExpression) {
  const plain = inner(api, call.expression);
  return isFunction(api, plain) ? plain : functions.get(calledName(api, plain) ?? '');
}

/** Whether a chain has a handler for its rejection at its end, which is judged by itself. */
function isHandled(syntax: Syntax, call: ts.CallExpression): boolean {
  const { api } = syntax;
  if (handlerOf(syntax, call)) return true;
  const member = memberOf(api, call.expression);
  const before = member?.name === 'finally' ? awaited(api, member.of) : undefined;
  return before !== undefined && api.isCallExpression(before) && isHandled(syntax, before);
}

/** Results that nobody receives, or whose receiver never asks which are rejected. */
function losesResults({ api }: Syntax, call: ts.CallExpression): boolean {
  let at: ts.Node = call;
  while (api.isAwaitExpression(at.parent) || api.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (api.isReturnStatement(parent) || api.isArrowFunction(parent)) return false;
  if (api.isExpressionStatement(parent) || api.isVoidExpression(parent)) return true;
  return !asksForRejected(api, enclosingFunction(api, call) ?? call.getSourceFile());
}

function asksForRejected(api: Api, node: ts.Node): boolean {
  if (api.isStringLiteralLike(node) && node.text === 'rejected') return true;
  if (api.isPropertyAccessExpression(node) && node.name.text === 'reason') return true;
  if (api.isBindingElement(node) && (node.propertyName ?? node.name).getText() === 'reason') return true;
  return api.forEachChild(node, (child) => asksForRejected(api, child) || undefined) === true;
}

/** A function that gives a promise, where nobody looks at what it gives; one that is a single `try` has its own handler. */
function asyncCallbacks({ api }: Syntax, call: ts.CallExpression): readonly Found[] {
  const plain = inner(api, call.expression);
  const name = api.isIdentifier(plain) ? plain.text : memberOf(api, plain)?.name;
  if (name === undefined || !CALLS_BACK.test(name)) return [];
  return call.arguments
    .map((argument) => inner(api, argument))
    .filter(
      (argument) => isFunction(api, argument) && isAsync(api, argument) && !handlesItself(api, argument.body),
    )
    .map((at) => ({ construct: 'floating-promise', at }));
}

function handlesItself(api: Api, body: ts.ConciseBody): boolean {
  if (!api.isBlock(body)) return false;
  const [only, ...more] = body.statements;
  return (
    only !== undefined && more.length === 0 && api.isTryStatement(only) && only.catchClause !== undefined
  );
}
