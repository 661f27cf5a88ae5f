import type ts from 'typescript';
import { isConstant, mentions, narrowing } from './narrowing.ts';
import {
  awaited,
  boundNames,
  calledName,
  type FunctionWithBody,
  inner,
  isFunction,
  isPromiseCall,
  type Syntax,
} from './syntax.ts';

/** Where an unexpected failure can get from a statement without being thrown again. */
interface Flow {
  /** To the next statement. */
  readonly falls: boolean;
  /** Out of the handler. */
  readonly leaves: boolean;
  /** Out of the loop or `switch` around the statement. */
  readonly breaks: boolean;
}

const THROWN: Flow = { falls: false, leaves: false, breaks: false };
const FALLS: Flow = { ...THROWN, falls: true };
const LEAVES: Flow = { ...THROWN, leaves: true };

/** Whether a handler swallows failures that it does not name. @param names that it gives to the failure. */
export function isBroadHandler(syntax: Syntax, body: ts.ConciseBody, names: readonly string[]): boolean {
  return new HandlerFlow(syntax, new Set(names), new Set([body])).isBroad(body);
}

/** Whether a function, given as a handler, swallows failures that it does not name; one from elsewhere may. */
export function isBroadFunction(syntax: Syntax, handler: ts.Expression): boolean {
  const { api, functions } = syntax;
  const plain = inner(api, handler);
  if (isRejection(syntax, plain)) return false;
  const known = isFunction(api, plain) ? plain : functions.get(calledName(api, plain) ?? '');
  return !known || isBroadHandler(syntax, known.body, parameterNames(syntax, known, 0));
}

/** Follows every path that an unexpected failure can take; paths of failures that are named are left out. */
class HandlerFlow {
  readonly #syntax: Syntax;
  readonly #names: Set<string>;
  /** Bodies that are being judged, so that functions which call each other come to an end. */
  readonly #judged: ReadonlySet<ts.Node>;

  constructor(syntax: Syntax, names: Set<string>, judged: ReadonlySet<ts.Node>) {
    this.#syntax = syntax;
    this.#names = names;
    this.#judged = judged;
  }

  isBroad(body: ts.ConciseBody): boolean {
    if (!this.#syntax.api.isBlock(body)) return this.#swallows(body);
    const { falls, leaves, breaks } = this.#list(body.statements);
    return falls || leaves || breaks;
  }

  #list(statements: readonly ts.Statement[]): Flow {
    let flow = FALLS;
    for (const statement of statements) {
      if (!flow.falls) break;
      flow = united({ ...flow, falls: false }, this.#statement(statement));
    }
    return flow;
  }

  #statement(statement: ts.Statement): Flow {
    const { api } = this.#syntax;
    if (api.isThrowStatement(statement)) return THROWN;
    if (api.isReturnStatement(statement))
      return statement.expression && !this.#swallows(statement.expression) ? THROWN : LEAVES;
    if (api.isBreakOrContinueStatement(statement))
      return statement.label ? LEAVES : { ...THROWN, breaks: true };
    if (api.isExpressionStatement(statement)) return this.#swallows(statement.expression) ? FALLS : THROWN;
    if (api.isVariableStatement(statement)) return this.#variables(statement);
    return this.#compound(statement);
  }

  #compound(statement: ts.Statement): Flow {
    const { api } = this.#syntax;
    if (api.isBlock(statement)) return this.#list(statement.statements);
    if (api.isIfStatement(statement)) return this.#if(statement);
    if (api.isSwitchStatement(statement)) return this.#switch(statement);
    if (api.isTryStatement(statement)) return this.#try(statement);
    if (api.isLabeledStatement(statement)) return this.#statement(statement.statement);
    if (api.isIterationStatement(statement, false)) {
      const { falls, leaves, breaks } = this.#statement(statement.statement);
      return { falls: falls || breaks || !api.isDoStatement(statement), leaves, breaks: false };
    }
    return FALLS;
  }

  /** What is taken from the failure stands for it. */
  #variables({ declarationList }: ts.VariableStatement): Flow {
    const { api } = this.#syntax;
    for (const { name, initializer } of declarationList.declarations)
      if (initializer && mentions(api, initializer, this.#names))
        for (const bound of boundNames(api, name)) this.#names.add(bound);
    return FALLS;
  }

  #if({ expression, thenStatement, elseStatement }: ts.IfStatement): Flow {
    const { whenTrue, whenFalse } = narrowing(this.#syntax.api, expression, this.#names);
    const otherwise = elseStatement ? this.#statement(elseStatement) : FALLS;
    return united(whenTrue ? THROWN : this.#statement(thenStatement), whenFalse ? THROWN : otherwise);
  }

  #switch({ expression, caseBlock }: ts.SwitchStatement): Flow {
    const { api } = this.#syntax;
    const asked = !api.isTypeOfExpression(inner(api, expression)) && mentions(api, expression, this.#names);
    let open = false;
    let all: Flow = { ...THROWN, falls: !caseBlock.clauses.some((clause) => api.isDefaultClause(clause)) };
    for (const clause of caseBlock.clauses) {
      const named = api.isCaseClause(clause) && asked && isConstant(api, clause.expression);
      if (named && !open) continue;
      const flow = this.#list(clause.statements);
      open = flow.falls;
      all = united(all, { falls: flow.breaks, leaves: flow.leaves, breaks: false });
    }
    return united(all, { ...THROWN, falls: open });
  }

  /** What is thrown in a block with a handler of its own gets no further than that. */
  #try({ tryBlock, catchClause, finallyBlock }: ts.TryStatement): Flow {
    const tried = this.#list(tryBlock.statements);
    const flow = catchClause ? united(tried, this.#list(catchClause.block.statements)) : tried;
    if (!finallyBlock) return flow;
    const last = this.#list(finallyBlock.statements);
    return last.falls ? united(flow, { ...last, falls: false }) : last;
  }

  /** Whether an expression, evaluated or returned, ends without the failure being passed on. */
  #swallows(expression: ts.Expression): boolean {
    const { api } = this.#syntax;
    const plain = awaited(api, expression);
    if (api.isConditionalExpression(plain)) {
      const { whenTrue, whenFalse } = narrowing(api, plain.condition, this.#names);
      return (!whenTrue && this.#swallows(plain.whenTrue)) || (!whenFalse && this.#swallows(plain.whenFalse));
    }
    if (!api.isCallExpression(plain)) return true;
    if (isPromiseCall(api, plain, 'reject') || isRejection(this.#syntax, plain.expression)) return false;
    return this.#helperSwallows(plain);
  }

  /** A function of the same file that is handed the failure may be what throws it again. */
  #helperSwallows(call: ts.CallExpression): boolean {
    const { api, functions } = this.#syntax;
    const helper = functions.get(calledName(api, call.expression) ?? '');
    const at = call.arguments.findIndex(
      (argument) => api.isIdentifier(argument) && this.#names.has(argument.text),
    );
    if (!helper || at === -1 || this.#judged.has(helper.body)) return true;
    // A generator or a function of its own time throws nothing here.
    if (helper.asteriskToken) return true;
    const names = new Set(parameterNames(this.#syntax, helper, at));
    return new HandlerFlow(this.#syntax, names, new Set([...this.#judged, helper.body])).isBroad(helper.body);
  }
}

function united(a: Flow, b: Flow): Flow {
  return { falls: a.falls || b.falls, leaves: a.leaves || b.leaves, breaks: a.breaks || b.breaks };
}

function parameterNames({ api }: Syntax, { parameters }: FunctionWithBody, at: number): readonly string[] {
  const parameter = parameters[at];
  return parameter ? boundNames(api, parameter.name) : [];
}

/** Whether a name is the second parameter of the function that a promise around it is made with. */
function isRejection({ api }: Syntax, name: ts.Expression): boolean {
  if (!api.isIdentifier(name)) return false;
  for (let at: ts.Node = name.parent; at.parent !== undefined; at = at.parent) {
    if (!isFunction(api, at) || !api.isNewExpression(at.parent)) continue;
    const rejects = at.parameters[1]?.name;
    if (at.parent.expression.getText() === 'Promise' && rejects?.getText() === name.text) return true;
  }
  return false;
}
