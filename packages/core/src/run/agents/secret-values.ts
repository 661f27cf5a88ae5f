import { redact } from '../../redact.ts';

/** Names of variables that hold what nobody else should read; an author is nobody's secret. */
const SECRET_NAME =
  /token|secret|passw(?:or)?d|passphrase|credential|cookie|bearer|auth(?!or)|(?:api|access|private)_?key|_(?:key|pat|pw|dsn)$/i;
/** Shorter ones, and those that are no more than a word or a number, would blank out half of a log. */
const TELLS_NOTHING = /^(?:.{0,7}|\d+|[a-z]+)$/s;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns what blanks out secrets: the ones of an environment by their value, however a program writes it down, and any
 * other by its look.
 */
export function redactorOf(env: Environment): (text: string) => string {
  const blanked = blankerOf(env);
  return (text) => redact(blanked(text));
}

/** As {@link redactorOf}, by their value alone: JSON in which one is blanked out is JSON still. */
export function blankerOf(env: Environment): (text: string) => string {
  const values = Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) ? [value, ...value.split('\n')].flatMap(formsOf) : [],
  );
  // The longest first, or a part of it would stay.
  const ordered = [...new Set(values)].toSorted((one, other) => other.length - one.length);
  return (text) => ordered.reduce((rest, value) => rest.replaceAll(value, '***'), text);
}

/** How programs write a value down; none for one that tells nothing. */
function formsOf(value: string): readonly string[] {
  if (TELLS_NOTHING.test(value)) return [];
  const quoted = JSON.stringify(value).slice(1, -1);
  // Half a pair of surrogates has no form in a URL.
  return /\p{Surrogate}/u.test(value) ? [value, quoted] : [value, quoted, encodeURIComponent(value)];
}
