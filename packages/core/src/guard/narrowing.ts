import type ts from 'typescript';
import { type Api, inner, memberOf } from './syntax.ts';

/** In which branch of a condition only failures get that it names. */
export interface Narrowing {
  readonly whenTrue: boolean;
  readonly whenFalse: boolean;
}

const NOTHING: Narrowing = { whenTrue: false, whenFalse: false };

/** Classes that every failure belongs to. */
const EVERY = new Set(['Error', 'Object']);

/**
 * What a condition says about a failure: `instanceof` a class of its own, or one of its parts compared with literals.
 *
 * @param names of the failure, and of what was taken from it.
 */
export function narrowing(api: Api, condition: ts.Expression, names: ReadonlySet<string>): Narrowing {
  const plain = inner(api, condition);
  if (api.isPrefixUnaryExpression(plain) && plain.operator === api.SyntaxKind.ExclamationToken) {
    const { whenTrue, whenFalse } = narrowing(api, plain.operand, names);
    return { whenTrue: whenFalse, whenFalse: whenTrue };
  }
  if (api.isCallExpression(plain)) return { whenTrue: isMembership(api, plain, names), whenFalse: false };
  return api.isBinaryExpression(plain) ? ofBinary(api, plain, names) : NOTHING;
}

function ofBinary(
  api: Api,
  { left, right, operatorToken }: ts.BinaryExpression,
  names: ReadonlySet<string>,
): Narrowing {
  const operator = operatorToken.getText();
  if (operator === 'instanceof')
    return { whenTrue: mentions(api, left, names) && !EVERY.has(lastName(api, right)), whenFalse: false };
  if (/^===?$/.test(operator)) return { whenTrue: compares(api, left, right, names), whenFalse: false };
  if (/^!==?$/.test(operator)) return { whenTrue: false, whenFalse: compares(api, left, right, names) };
  const [a, b] = [narrowing(api, left, names), narrowing(api, right, names)];
  if (operator === '&&') return { whenTrue: a.whenTrue || b.whenTrue, whenFalse: a.whenFalse && b.whenFalse };
  if (operator === '||') return { whenTrue: a.whenTrue && b.whenTrue, whenFalse: a.whenFalse || b.whenFalse };
  return NOTHING;
}

function compares(api: Api, left: ts.Expression, right: ts.Expression, names: ReadonlySet<string>): boolean {
  return (
    (isPart(api, left, names) && isConstant(api, right)) ||
    (isPart(api, right, names) && isConstant(api, left))
  );
}

/** `CODES.has(error.code)` and `['ENOENT'].includes(codeOf(error))`. */
function isMembership(api: Api, call: ts.CallExpression, names: ReadonlySet<string>): boolean {
  const member = memberOf(api, call.expression);
  const [asked] = call.arguments;
  if (!member || !asked || (member.name !== 'has' && member.name !== 'includes')) return false;
  return !mentions(api, member.of, names) && isPart(api, asked, names);
}

/** `typeof error` is the same of every failure. */
function isPart(api: Api, expression: ts.Expression, names: ReadonlySet<string>): boolean {
  return !api.isTypeOfExpression(inner(api, expression)) && mentions(api, expression, names);
}

/** A literal that is not empty, or a name in capitals, which stands for one. */
export function isConstant(api: Api, expression: ts.Expression): boolean {
  const plain = inner(api, expression);
  if (api.isStringLiteralLike(plain)) return plain.text !== '';
  if (api.isNumericLiteral(plain)) return true;
  if (api.isPrefixUnaryExpression(plain)) return api.isNumericLiteral(plain.operand);
  return /^[A-Z][A-Z\d_]+$/.test(lastName(api, plain));
}

/** `ENOENT` of both `ENOENT` and `codes.ENOENT`; empty for anything else. */
function lastName(api: Api, expression: ts.Expression): string {
  const plain = inner(api, expression);
  return api.isIdentifier(plain) ? plain.text : (memberOf(api, plain)?.name ?? '');
}

/** Whether a failure, or what was taken from it, occurs in an expression. */
export function mentions(api: Api, node: ts.Node, names: ReadonlySet<string>): boolean {
  if (api.isIdentifier(node)) return names.has(node.text);
  // What comes after the point is no name of ours.
  if (api.isPropertyAccessExpression(node)) return mentions(api, node.expression, names);
  if (api.isPropertyAssignment(node)) return mentions(api, node.initializer, names);
  return api.forEachChild(node, (child) => mentions(api, child, names) || undefined) === true;
}
