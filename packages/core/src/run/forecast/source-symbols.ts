/** What defines a name that other files may use, by the kind of file; what the expression finds is the name. */
const DEFINITIONS: readonly { readonly files: RegExp; readonly defines: RegExp }[] = [
  {
    files: /\.[cm]?[jt]sx?$/,
    defines:
      /^\s*export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|interface|type|enum)\s+([\w$]+)/gm,
  },
  { files: /\.pyi?$/, defines: /^(?:async\s+)?(?:def|class)\s+(\w+)/gm },
  { files: /\.go$/, defines: /^(?:func\s+(?:\([^)\n]*\)\s*)?|type\s+|var\s+|const\s+)([A-Z]\w*)/gm },
  {
    files: /\.rs$/,
    defines:
      /^\s*pub(?:\([^)\n]*\))?\s+(?:(?:async|unsafe|const|extern)\s+)*(?:fn|struct|enum|trait|type|static|const)\s+(\w+)/gm,
  },
  {
    files: /\.java$/,
    defines:
      /^\s*(?:public|protected)\s+(?:(?:static|final|abstract|sealed|default)\s+)*(?:(?:class|interface|enum|record|@interface)\s+(\w+)|[\w<>[\], ?.]+\s(\w+)\s*\()/gm,
  },
];

/** Names that say little: they are everywhere. */
const SHORTEST = 4;

/** A name that more files define than this is not one thing. */
const MOST_DEFINITIONS = 2;

/** Whether a file is source text whose names can be looked for. */
export function isSource(path: string): boolean {
  return DEFINITIONS.some(({ files }) => files.test(path));
}

/** Names that a source file defines for others, found line by line and not by reading the language. */
export function definitionsIn(path: string, text: string): readonly string[] {
  const defines = DEFINITIONS.find(({ files }) => files.test(path))?.defines;
  if (!defines) return [];
  const names = Array.from(text.matchAll(defines), ([, first, second]) => first ?? second ?? '');
  return [...new Set(names)].filter(({ length }) => length >= SHORTEST);
}

/** A file that uses what another defines. */
export interface SymbolUse {
  readonly definedIn: string;
  readonly usedIn: string;
  readonly symbols: readonly string[];
}

/** Finds which of the files use names that others of them define. */
export function symbolUses(texts: ReadonlyMap<string, string>): readonly SymbolUse[] {
  const owners = new Map<string, string[]>();
  for (const [path, text] of texts)
    for (const name of definitionsIn(path, text)) owners.set(name, [...(owners.get(name) ?? []), path]);
  const uses: SymbolUse[] = [];
  for (const [usedIn, text] of texts) {
    const found = new Map<string, string[]>();
    for (const name of new Set(text.match(/[A-Za-z_$][\w$]*/g)))
      for (const definedIn of definitionsOf(owners, name))
        if (definedIn !== usedIn) found.set(definedIn, [...(found.get(definedIn) ?? []), name]);
    for (const [definedIn, symbols] of found) uses.push({ definedIn, usedIn, symbols });
  }
  return uses;
}

function definitionsOf(owners: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] {
  const files = owners.get(name) ?? [];
  return files.length <= MOST_DEFINITIONS ? files : [];
}
