/** A file cut at its frontmatter fences; `head + yaml + tail` is the file, byte for byte. */
export interface SplitFile {
  /** Byte order mark, if any, and the opening `---` line. */
  readonly head: string;
  /** YAML text with its line endings; empty or ends with one. */
  readonly yaml: string;
  /** The closing `---` line and everything after it. */
  readonly tail: string;
  /** Everything after the closing `---` line. */
  readonly body: string;
  /** Line on which the body begins, counted from 1. */
  readonly bodyLine: number;
  readonly newline: '\n' | '\r\n';
}

/** Cuts a file at its YAML frontmatter; `undefined` where the file does not begin with a closed one. */
export function splitFrontmatter(text: string): SplitFile | undefined {
  const open = /^\uFEFF?---[ \t]*(\r?\n)/.exec(text);
  if (!open) return undefined;
  const head = open[0];
  const rest = text.slice(head.length);
  const close = /(?<![^\n])---[ \t]*(?:\r?\n|$)/.exec(rest);
  if (!close) return undefined;
  const yaml = rest.slice(0, close.index);
  const body = rest.slice(close.index + close[0].length);
  return {
    head,
    yaml,
    tail: rest.slice(close.index),
    body,
    bodyLine: `${head}${yaml}`.split('\n').length + 1,
    newline: open[1] === '\r\n' ? '\r\n' : '\n',
  };
}
