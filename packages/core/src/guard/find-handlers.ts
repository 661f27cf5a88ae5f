import type ts from 'typescript';
import type { Found } from './found.ts';
import { isBroadFunction, isBroadHandler } from './handler-flow.ts';
import { boundNames, inner, isFunction, memberOf, type Syntax } from './syntax.ts';

/** Handlers of failures that swallow what they do not name, and `finally` blocks that discard whatever it was. */
export function findHandler(syntax: Syntax, node: ts.Node): readonly Found[] {
  const { api } = syntax;
  if (api.isCatchClause(node))
    return isBroadClause(syntax, node) ? [{ construct: 'catch', at: node, block: node.block }] : [];
  if (api.isTryStatement(node) && node.finallyBlock)
    return exits(syntax, node.finallyBlock).map((at) => ({ construct: 'finally-exit', at }));
  return api.isCallExpression(node) ? findCallback(syntax, node) : [];
}

/** Whether a `catch` swallows failures that it does not name. */
export function isBroadClause(syntax: Syntax, { block, variableDeclaration }: ts.CatchClause): boolean {
  const names = variableDeclaration ? boundNames(syntax.api, variableDeclaration.name) : [];
  return isBroadHandler(syntax, block, names);
}

function findCallback(syntax: Syntax, call: ts.CallExpression): readonly Found[] {
  const { api } = syntax;
  const member = memberOf(api, call.expression);
  const handler = handlerOf(syntax, call);
  if (!member || !handler || !isBroadFunction(syntax, handler)) return [];
  const plain = inner(api, handler);
  const block = isFunction(api, plain) && api.isBlock(plain.body) ? plain.body : undefined;
  return member.name === 'catch'
    ? [{ construct: 'promise-catch', at: member.at, block }]
    : [{ construct: 'then-rejection', at: handler, block }];
}

/** What a call gives a promise for its rejection: `.catch(fn)` and `.then(_, fn)`. */
export function handlerOf({ api }: Syntax, call: ts.CallExpression): ts.Expression | undefined {
  const name = memberOf(api, call.expression)?.name;
  if (name !== 'catch' && name !== 'then') return undefined;
  const handler = call.arguments[name === 'catch' ? 0 : 1];
  if (!handler) return undefined;
  return handler.kind === api.SyntaxKind.NullKeyword || handler.getText() === 'undefined'
    ? undefined
    : handler;
}

/** Statements that leave a `finally` block; a loop or function within it keeps its own. */
function exits({ api }: Syntax, block: ts.Block): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node, own: boolean): void => {
    if (isFunction(api, node) || api.isClassLike(node)) return;
    const jumps = api.isBreakOrContinueStatement(node) && (!own || node.label !== undefined);
    if (api.isReturnStatement(node) || jumps) found.push(node);
    const inside = own || api.isIterationStatement(node, false) || api.isSwitchStatement(node);
    api.forEachChild(node, (child) => visit(child, inside));
  };
  visit(block, false);
  return found;
}
