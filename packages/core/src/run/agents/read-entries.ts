import { Fault } from '../../fault.ts';
import { isJsonObject, type JsonObject } from '../../status/rows/json-value.ts';
import type { AgentEntry, Permissions, Words } from './agent-entry.ts';
import { PLACEHOLDERS } from './invocation.ts';
import type { StreamFormat } from './read-stream.ts';

/** Where definitions come from, for what is said about them. */
export interface EntrySource {
  readonly file: string;
  /** Entries that one may be like. */
  readonly known: readonly AgentEntry[];
}

const FORMATS: readonly StreamFormat[] = ['claude', 'codex', 'gemini', 'opencode', 'acp', 'none'];
const PERMISSIONS: readonly Permissions[] = ['all', 'edits', 'none'];
const KEYS = new Set([
  'name',
  'like',
  'acp',
  'more',
  'command',
  'stdin',
  'stream',
  'permissions',
  'env',
  'state',
  'limit',
  'version',
  'resume',
]);
const KEY = /^[a-z][a-z0-9-]*$/;

/**
 * Reads what somebody has written about agents of their own, by key.
 *
 * @throws Fault `AGENTS_INVALID` naming the key: a misread command must not be run.
 */
export function readEntries(definitions: JsonObject, source: EntrySource): readonly AgentEntry[] {
  const known = [...source.known];
  return Object.entries(definitions).map(([key, definition]) => {
    const entry = readEntry(key, definition, { ...source, known });
    known.push(entry);
    return entry;
  });
}

function readEntry(key: string, definition: unknown, { file, known }: EntrySource): AgentEntry {
  const invalid = (what: string): Fault =>
    new Fault('refused', 'AGENTS_INVALID', `The agent "${key}" cannot be used, since ${what}: ${file}`, {
      hints: ['Correct it; the guide `run-with-agents.md` has all that can be said of an agent.'],
      details: { file, agent: key },
    });
  const values = checked(key, definition, invalid);
  const read = new Reader(values, invalid);
  requirePlaceholders(values, invalid);
  const like = read.text('like');
  const base = known.find((one) => one.key === like);
  if (like !== undefined && base === undefined) throw invalid(`no agent is called "${like}"`);
  const start = base === undefined ? ownStart(read, invalid) : likeStart(base, read, invalid);
  return {
    // Whoever speaks as another one does tells as much as that.
    reports: known.find(({ stream }) => stream === start.stream)?.reports ?? [],
    env: [],
    state: [],
    permissions: 'all',
    name: key,
    ...start,
    key,
    ...saidOf(key, read, base),
  };
}

/** @returns the members of a definition, all of which say something. */
function checked(key: string, definition: unknown, invalid: (what: string) => Fault): JsonObject {
  if (!KEY.test(key)) throw invalid('its key is not of small letters, digits and hyphens');
  if (key === 'script') throw invalid('that key has its own agent');
  if (!isJsonObject(definition)) throw invalid('it has no mapping');
  const unknown = Object.keys(definition).find((one) => !KEYS.has(one));
  if (unknown !== undefined) throw invalid(`it has "${unknown}", which says nothing`);
  return definition;
}

/** Where something is put in for names in braces, and for which. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  command: PLACEHOLDERS,
  more: PLACEHOLDERS,
  stdin: PLACEHOLDERS,
  resume: ['session'],
};
/** Those of a shell, behind a dollar, are its own. */
const PLACEHOLDER = /(?<!\$)\{(\w+)\}/g;

/** A name that is misspelt would go to the agent as it is, which then would not know what to do. */
function requirePlaceholders(values: JsonObject, invalid: (what: string) => Fault): void {
  for (const [key, known] of Object.entries(TEMPLATES)) {
    const names = [values[key]].flat().flatMap((word) => [...String(word).matchAll(PLACEHOLDER)]);
    const unknown = names.find(([, name = '']) => !known.includes(name));
    if (unknown === undefined) continue;
    const all = known.map((name) => `{${name}}`).join(', ');
    throw invalid(`${key} has "${unknown[0]}", which stands for nothing; what can stand there is ${all}`);
  }
}

/** What goes before what an agent has from another. */
function saidOf(key: string, read: Reader, base: AgentEntry | undefined): Partial<AgentEntry> {
  const name = read.text('name') ?? (base && `${base.name} (${key})`);
  const permissions = read.oneOf('permissions', PERMISSIONS);
  const [limit, resume, version] = [read.count('limit'), read.words('resume'), read.texts('version')];
  return {
    ...given({ name, permissions, limit, resume, probe: version && { version } }),
    env: [...(base?.env ?? []), ...(read.texts('env') ?? [])],
    state: [...(base?.state ?? []), ...(read.texts('state') ?? [])],
  };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is not said. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

type Start = Pick<AgentEntry, 'command' | 'stdin' | 'stream'> & Partial<AgentEntry>;

/** With a program of its own, nothing is known of it but what is said. */
function ownStart(read: Reader, invalid: (what: string) => Fault): Start {
  const command = read.words('command');
  if (command === undefined) throw invalid('it has neither a command nor an agent that it is like');
  const stdin = read.text('stdin');
  const stream = read.oneOf('stream', FORMATS) ?? 'none';
  return { command, stream, ...(stdin !== undefined && { stdin }) };
}

function likeStart(base: AgentEntry, read: Reader, invalid: (what: string) => Fault): Start {
  for (const one of ['command', 'stdin', 'stream'])
    if (read.has(one)) throw invalid(`it is like ${base.key}, and so can have no ${one} of its own`);
  const more = read.texts('more') ?? [];
  if (!read.flag('acp')) return { ...base, command: extended(base.command, more) };
  const { stdin: _, ...rest } = base;
  if (base.acp === undefined) throw invalid(`${base.key} does not speak the Agent Client Protocol`);
  return { ...rest, command: extended(base.acp, more), stream: 'acp' };
}

/** A `-` and a prompt stay last, as programs want them. */
function extended([program, ...words]: Words, more: readonly string[]): Words {
  const last = words.at(-1);
  return last === '-' || last === '{prompt}'
    ? [program, ...words.slice(0, -1), ...more, last]
    : [program, ...words, ...more];
}

class Reader {
  readonly #values: JsonObject;
  readonly #invalid: (what: string) => Fault;

  constructor(values: JsonObject, invalid: (what: string) => Fault) {
    this.#values = values;
    this.#invalid = invalid;
  }

  has(key: string): boolean {
    return (this.#values[key] ?? null) !== null;
  }

  text(key: string): string | undefined {
    return this.#of(key, 'a text', (value): value is string => typeof value === 'string' && value !== '');
  }

  flag(key: string): boolean {
    return this.#of(key, 'true or false', (value) => typeof value === 'boolean') ?? false;
  }

  count(key: string): number | undefined {
    return this.#of(
      key,
      'a whole number above zero',
      (value): value is number => Number.isSafeInteger(value) && (value as number) > 0,
    );
  }

  texts(key: string): readonly string[] | undefined {
    return this.#of(key, 'a list of texts', isTexts);
  }

  words(key: string): Words | undefined {
    return this.#of(
      key,
      'a program and its arguments, such as ["my-agent", "{prompt}"]',
      (value): value is Words => isTexts(value) && value.length > 0 && value[0] !== '',
    );
  }

  oneOf<T extends string>(key: string, known: readonly T[]): T | undefined {
    return this.#of(key, `one of ${known.join(', ')}`, (value): value is T =>
      known.some((one) => one === value),
    );
  }

  #of<T>(key: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#values[key];
    if (is(value)) return value;
    throw this.#invalid(`${key} is not ${wanted}`);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
