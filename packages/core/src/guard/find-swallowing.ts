import type ts from 'typescript';
import { isBroadClause } from './find-handlers.ts';
import type { Found } from './found.ts';
import {
  awaited,
  calledName,
  type FunctionWithBody,
  inner,
  isFunction,
  memberOf,
  type Syntax,
} from './syntax.ts';

const LISTENS = /^(?:on|once|addListener|prependListener|prependOnceListener|addEventListener)$/;
const PROCESS_WIDE = new Set(['uncaughtException', 'unhandledRejection']);

/** Names of functions that exist to lose failures. */
const SWALLOWS = /^(?:ignore|swallow|suppress|silence)(?:All|Errors?|Exceptions?|Failures?|Rejections?)?$/;
const EFFECT = /^(?:ignore(?:Logged)?|catchAll(?:Cause|Defect)?|orElse(?:Succeed)?|option|either)$/;

/** Names of functions that answer a failure with nothing. */
const FALLIBLE = /^(?:try|safe|attempt)[A-Z]|Or(?:Null|Undefined)$/;

/** Listeners, helpers and defaults that stand in the place of a failure. */
export function findSwallowing(syntax: Syntax, node: ts.Node): readonly Found[] {
  const { api } = syntax;
  if (api.isCallExpression(node)) return findCall(syntax, node);
  if (api.isPropertyAccessExpression(node))
    return node.expression.getText() === 'Effect' && EFFECT.test(node.name.text)
      ? [{ construct: 'swallow-helper', at: node }]
      : [];
  return api.isBinaryExpression(node) ? findBinary(syntax, node) : [];
}

function findCall(syntax: Syntax, call: ts.CallExpression): readonly Found[] {
  const { api } = syntax;
  const plain = inner(api, call.expression);
  if (api.isIdentifier(plain))
    return SWALLOWS.test(plain.text) ? [{ construct: 'swallow-helper', at: call }] : [];
  const member = memberOf(api, plain);
  if (!member) return [];
  const isProcess = /(?:^|\.)process$/.test(member.of.getText());
  return isProcess && member.name === 'setUncaughtExceptionCaptureCallback'
    ? [{ construct: 'process-handler', at: call }]
    : findListener(syntax, call, { ...member, isProcess });
}

function findListener(
  syntax: Syntax,
  call: ts.CallExpression,
  { name, at, isProcess }: { readonly name: string; readonly at: ts.Node; readonly isProcess: boolean },
): readonly Found[] {
  const [event, listener] = call.arguments;
  if (!LISTENS.test(name) || !event || !listener || !syntax.api.isStringLiteralLike(event)) return [];
  if (isProcess && PROCESS_WIDE.has(event.text)) return [{ construct: 'process-handler', at: call }];
  return event.text === 'error' && isEmpty(syntax, listener)
    ? [{ construct: 'empty-error-listener', at }]
    : [];
}

function findBinary(syntax: Syntax, { left, right, operatorToken }: ts.BinaryExpression): readonly Found[] {
  const operator = operatorToken.getText();
  if (operator === '=')
    return memberOf(syntax.api, left)?.name === 'onerror' && isEmpty(syntax, right)
      ? [{ construct: 'empty-error-listener', at: left }]
      : [];
  return /^(?:\?\?|\|\|)$/.test(operator) && isFallible(syntax, left)
    ? [{ construct: 'null-fallback', at: left }]
    : [];
}

/** Whether an expression calls a function that answers any failure with nothing. */
function isFallible(syntax: Syntax, expression: ts.Expression): boolean {
  const { api, functions } = syntax;
  const call = awaited(api, expression);
  if (!api.isCallExpression(call)) return false;
  const known = functions.get(calledName(api, call.expression) ?? '');
  if (known) return answersNothing(syntax, known.body);
  const name = memberOf(api, call.expression)?.name ?? calledName(api, call.expression);
  return name !== undefined && FALLIBLE.test(name);
}

function answersNothing(syntax: Syntax, node: ts.Node): boolean {
  const { api } = syntax;
  if (isFunction(api, node)) return false;
  if (api.isCatchClause(node) && isBroadClause(syntax, node)) return true;
  return api.forEachChild(node, (child) => answersNothing(syntax, child) || undefined) === true;
}

function isEmpty({ api, functions }: Syntax, listener: ts.Expression): boolean {
  const plain = inner(api, listener);
  const known: FunctionWithBody | undefined = isFunction(api, plain)
    ? plain
    : functions.get(calledName(api, plain) ?? '');
  if (!known) return api.isIdentifier(plain) && /^no-?op$/i.test(plain.text);
  const { body } = known;
  if (api.isBlock(body))
    return body.statements.every(
      (statement) =>
        api.isEmptyStatement(statement) || (api.isReturnStatement(statement) && !statement.expression),
    );
  return /^(?:undefined|null|void 0|true|false)$/.test(inner(api, body).getText());
}
