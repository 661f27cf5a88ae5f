import type { Language } from './file-change.ts';

/** What texts and comments look like, the longest beginnings first. */
const SPANS: Readonly<Record<Language, RegExp>> = {
  javascript: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\[\s\S]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
  python: /"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
  go: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`[^`]*`|"(?:\\.|[^"\\\n])*"/g,
  rust: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\])*"/g,
  java: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g,
};

/**
 * A source without its comments, and with every text emptied, so that words in them are not taken for code. Every other
 * character stays where it is.
 */
export function codeOnly(source: string, language: Language): string {
  return source.replaceAll(SPANS[language], (span) => {
    const blank = span.replaceAll(/[^\n]/g, ' ');
    return /^(?:\/\/|\/\*|#)/.test(span) ? blank : `${span[0]}${blank.slice(1, -1)}${span.at(-1)}`;
  });
}

/** Statements that are nothing but a text: what documents a function. */
const DOCSTRING = /^(?:[ \t]*(?:"""[\s\S]*?"""|'''[\s\S]*?''')[ \t]*$)+/gm;

/** What a source says to its language: without comments, and however its lines are broken; every text stays as it is. */
export function meaningOf(source: string, language: Language): string {
  const text = language === 'python' ? source.replaceAll(DOCSTRING, '') : source;
  const inLine = language === 'python' ? /(?<=\S)[ \t]+/g : /\s+/g;
  let meaning = '';
  let at = 0;
  for (const span of text.matchAll(SPANS[language])) {
    meaning += text.slice(at, span.index).replaceAll(inLine, ' ');
    if (!/^(?:\/\/|\/\*|#)/.test(span[0])) meaning += span[0];
    at = span.index + span[0].length;
  }
  meaning += text.slice(at).replaceAll(inLine, ' ');
  return meaning
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
    .trim();
}
