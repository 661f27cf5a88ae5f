import ts from 'typescript';

/** A JSON Schema, as far as types of documents need it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Says what JSON a value of a type is; throws where a type has no one form, with the path to it. */
export function typeSchema(checker: ts.TypeChecker, type: ts.Type, path = '$'): Schema {
  if (path.split('.').length > 20) throw new Error(`A type holds itself: ${path}`);
  const inner = (part: ts.Type, name: string) => typeSchema(checker, part, `${path}${name}`);
  if (type.isUnion()) return unionSchema(type.types, inner);
  const simple = simpleSchema(checker, type);
  if (simple) return simple;
  if (checker.isTupleType(type) || checker.isArrayType(type)) {
    const items = checker.getTypeArguments(type as ts.TypeReference);
    return checker.isTupleType(type) ? tupleSchema(items, inner) : listSchema(items, inner);
  }
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
    return objectSchema(checker, type, path);
  throw new Error(`${path} has no form in JSON: ${checker.typeToString(type)}`);
}

function simpleSchema(checker: ts.TypeChecker, type: ts.Type): Schema | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
  // A text that is told apart from others by its type only.
  const base = type.isIntersection() ? type.types : [type];
  const [, schema] = SIMPLE.find(([flags]) => base.some((part) => part.flags & flags)) ?? [];
  return schema;
}

const SIMPLE: readonly (readonly [ts.TypeFlags, Schema])[] = [
  [ts.TypeFlags.Any | ts.TypeFlags.Unknown, {}],
  [ts.TypeFlags.Null, { type: 'null' }],
  [ts.TypeFlags.StringLike, { type: 'string' }],
  [ts.TypeFlags.NumberLike, { type: 'number' }],
  [ts.TypeFlags.NonPrimitive, { type: 'object' }],
];

type Inner = (part: ts.Type, name: string) => Schema;

function unionSchema(parts: readonly ts.Type[], inner: Inner): Schema {
  const schemas = parts
    .filter(({ flags }) => !(flags & ts.TypeFlags.Undefined))
    .map((part) => inner(part, ''));
  const values = schemas.flatMap((schema) => ('const' in schema ? [schema['const']] : []));
  const isSwitch = values.includes(true) && values.includes(false);
  const listed = values.filter((value) => !isSwitch || typeof value !== 'boolean');
  if (schemas.some((schema) => Object.keys(schema).length === 0)) return {};
  const distinct = new Map(
    [
      ...(isSwitch ? [{ type: 'boolean' }] : []),
      ...(listed.length > 1
        ? [{ enum: listed.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)) }]
        : listed.map((value) => ({ const: value }))),
      ...schemas.filter((schema) => !('const' in schema)),
    ].map((schema) => [JSON.stringify(schema), schema]),
  );
  const [only, ...others] = [...distinct]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, schema]) => schema);
  return others.length === 0 ? (only ?? { not: {} }) : { anyOf: [only, ...others] };
}

function listSchema([item]: readonly ts.Type[], inner: Inner): Schema {
  return item === undefined || item.flags & ts.TypeFlags.Never
    ? { type: 'array', maxItems: 0 }
    : { type: 'array', items: inner(item, '[]') };
}

function tupleSchema(items: readonly ts.Type[], inner: Inner): Schema {
  if (items.length === 0) return { type: 'array', maxItems: 0 };
  const prefixItems = items.map((item, index) => inner(item, `[${index}]`));
  return { type: 'array', prefixItems, minItems: items.length, maxItems: items.length };
}

function objectSchema(checker: ts.TypeChecker, type: ts.Type, path: string): Schema {
  const name = checker.typeToString(type);
  if (type.getCallSignatures().length > 0 || /^(?:Readonly)?(?:Map|Set|Date|Promise)\b/.test(name))
    throw new Error(`${path} has no form in JSON: ${name}`);
  const properties = checker
    .getPropertiesOfType(type)
    .map((property) => ({ key: property.name, part: writtenType(checker, property), property }));
  // What is left of `unknown` without null and undefined.
  if (name === '{}' && !(type.symbol as ts.Symbol | undefined)) return {};
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  const required = properties.filter(
    ({ part, property }) =>
      !(property.flags & ts.SymbolFlags.Optional) &&
      !(part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) &&
      !(part.isUnion() && part.types.some(({ flags }) => flags & ts.TypeFlags.Undefined)),
  );
  return {
    type: 'object',
    ...(properties.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            properties
              .filter(({ part }) => !(part.flags & ts.TypeFlags.Undefined))
              .map(({ key, part }) => [key, typeSchema(checker, part, `${path}.${key}`)]),
          ),
        }),
    ...(required.length === 0 ? {} : { required: required.map(({ key }) => key) }),
    additionalProperties: index ? typeSchema(checker, index.type, `${path}.*`) : false,
  };
}

/** A document is not changed once it is made: of a property that was given a literal, no other value of its type. */
function writtenType(checker: ts.TypeChecker, property: ts.Symbol): ts.Type {
  const type = checker.getTypeOfSymbol(property);
  const [declaration, ...others] = property.declarations ?? [];
  const isWide = ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.Boolean;
  if (!(type.flags & isWide) || !declaration || others.length > 0) return type;
  if (!ts.isPropertyAssignment(declaration) || !standsAlone(declaration.parent)) return type;
  const written = checker.getTypeAtLocation(declaration.initializer);
  const parts = written.isUnion() ? written.types : [written];
  return parts.every(({ flags }) => flags & ts.TypeFlags.Literal) ? written : type;
}

/** Whether no other object can have been given the same type, as happens to the elements of a list, or to two returns. */
function standsAlone({ parent }: ts.Node): boolean {
  if (ts.isPropertyAssignment(parent)) return standsAlone(parent.parent);
  if (ts.isParenthesizedExpression(parent)) return standsAlone(parent);
  if (ts.isReturnStatement(parent)) {
    let returns = 0;
    const count = (node: ts.Node): void => {
      if (ts.isReturnStatement(node)) returns += 1;
      else if (!ts.isFunctionLike(node)) ts.forEachChild(node, count);
    };
    const made = ts.findAncestor(parent, ts.isFunctionLike);
    if (made) ts.forEachChild(made, count);
    return returns === 1;
  }
  return ts.isVariableDeclaration(parent) || ts.isCallExpression(parent) || ts.isArrowFunction(parent);
}
