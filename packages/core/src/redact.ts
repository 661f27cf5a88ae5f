/** What gives a secret away, with what of it may stay. Bounded, so that a long line costs no more than a short one. */
const SECRETS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,500}@/gi, '$1***@'],
  [/(authorization:\s*).*/gi, '$1***'],
  [/\b(bearer\s{1,3})[\w.~+/=-]{8,4000}/gi, '$1***'],
  [/\b(gh[opsur]_|github_pat_|glpat-|npm_|sk-|xox[a-z]-)[\w-]{12,500}/g, '$1***'],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, '$1***'],
  [/\b(AIza)[\w-]{20,100}/g, '$1***'],
  [/\beyJ[\w-]{8,4000}\.[\w-]{8,8000}\.[\w-]{0,4000}/g, 'eyJ***'],
  // With a colon, "token" is a word of every parser.
  [/((?:password|passwd|secret|api[_-]?key)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"'&;,]{1,500}/gi, '$1***'],
  [/(token["']?=["']?)[^\s"'&;,]{1,500}/gi, '$1***'],
];

/** Blanks out passwords, tokens and keys in what other programs print, as far as they are known by their look. */
export function redact(text: string): string {
  return SECRETS.reduce((rest, [pattern, shown]) => rest.replaceAll(pattern, shown), text);
}
