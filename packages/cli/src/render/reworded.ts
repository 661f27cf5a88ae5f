/** A command line of ours, as a hint names it. */
export interface NamedCall {
  /** The command, without the groups `agent action` and `agent tasks` that it may be in. */
  readonly name: string | undefined;
  /** What it is about. */
  readonly subjects: readonly string[];
  /** Values of its options by name, without the dashes; `true` for a switch. */
  readonly options: Readonly<Record<string, string | true>>;
}

/** How somebody who types none of our command lines says the same. */
export interface Vocabulary {
  /** What does the same as a command, or `undefined` where only the command does it. */
  readonly call: (call: NamedCall) => string | undefined;
  /** What an option is called, without the dashes; one that is not here cannot be given. */
  readonly options: Readonly<Record<string, string>>;
}

const GROUPS = new Set(['agent action', 'agent tasks']);
const OPTION = /(?<![\w-])--([a-z][a-z-]*)/g;
/** The alternative that a sentence offers last. */
const LAST_OFFER = /[,;] or [^`]*$/;
const WORD = /(?:'[^']*'|"[^"]*"|\\'|[^\s'"\\]|\\)+/g;

/**
 * Puts a sentence that was written for the command line into other words; commands stay whole where there is nothing
 * else to call. @returns `undefined` where all that it offers is an option that cannot be given.
 */
export function reworded(sentence: string, { call, options }: Vocabulary): string | undefined {
  const parts = sentence.split('`');
  const said: string[] = [];
  for (const [index, part] of parts.entries()) {
    const inCode = index % 2 === 1;
    const words = inCode ? (rewordedCall(part, call) ?? `\`${part}\``) : rewordedText(part, options);
    if (words === undefined) return undefined;
    said.push(words);
  }
  return said.join('');
}

function rewordedCall(code: string, call: Vocabulary['call']): string | undefined {
  const named = code.startsWith('spec-kitty ') ? namedCall(code) : undefined;
  const other = named && call(named);
  return other === undefined ? undefined : `\`${other}\``;
}

function rewordedText(text: string, names: Vocabulary['options']): string | undefined {
  const strange = (part: string) => [...part.matchAll(OPTION)].some(([, name = '']) => !(name in names));
  const kept = strange(text) ? text.replace(LAST_OFFER, '.') : text;
  return strange(kept) ? undefined : kept.replaceAll(OPTION, (_, name: string) => names[name] ?? name);
}

function namedCall(code: string): NamedCall {
  const [, ...given] = (code.match(WORD) ?? []).map(unquoted);
  const words: string[] = [];
  const options: Record<string, string | true> = {};
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index] ?? '';
    const value = given[index + 1];
    if (!word.startsWith('--')) words.push(word);
    else if (value === undefined || value.startsWith('--')) options[word.slice(2)] = true;
    else {
      options[word.slice(2)] = value;
      index += 1;
    }
  }
  const [name, ...subjects] = GROUPS.has(words.slice(0, 2).join(' ')) ? words.slice(2) : words;
  return { name, subjects, options };
}

/** The inverse of `shellWord`, and of a placeholder in double quotes. */
function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"([^"]*)"|\\'/g, (whole, single?: string, double?: string) =>
    whole === String.raw`\'` ? "'" : (single ?? double ?? ''),
  );
}
