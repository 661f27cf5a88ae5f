/** A file as a package found it and as it leaves it; `null` where there was, or is, none. */
export interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** What stands there now where that is no file: where a link leads, or a submodule. */
  readonly instead?: { readonly link: string } | 'submodule';
}

/** Languages whose sources are looked into. */
export type Language = 'javascript' | 'python' | 'go' | 'rust' | 'java';

const EXTENSIONS: Readonly<Record<string, Language>> = {
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  ts: 'javascript',
  tsx: 'javascript',
  mts: 'javascript',
  cts: 'javascript',
  py: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
};

/** Extensions of sources that nobody looks into here: what stands in them is not checked, and is said to be so. */
const OTHER_SOURCES =
  /\.(?:c|cc|cpp|cxx|h|hpp|cs|php|rb|swift|kt|kts|scala|clj|ex|exs|erl|hs|lua|pl|r|m|mm|dart|zig|vue|svelte|sh|ps1|sql)$/i;

/** The language of a source by its name; `other` for one that is not looked into, `undefined` for what is no source. */
export function languageOf(path: string): Language | 'other' | undefined {
  const known = EXTENSIONS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  return known ?? (OTHER_SOURCES.test(path) ? 'other' : undefined);
}
