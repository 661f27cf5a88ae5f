import { parseJson } from '../../parse-json.ts';
import { isJsonObject, type JsonObject } from '../../status/rows/json-value.ts';
import type { Usage } from '../run-record.ts';

/** What an agent prints while it works: one of the formats that are known, or anything. */
export type StreamFormat = 'claude' | 'codex' | 'gemini' | 'opencode' | 'acp' | 'none';

/** What can be read from it. */
export interface ReadStream {
  readonly usage: Usage;
  /** What it did last, in one line; `null` where it said nothing. */
  readonly last: string | null;
  /** What went wrong, in its own words; `null` where nothing did. */
  readonly error: string | null;
  /** Of its conversation, by which it can be opened again; `null` where it is not told. */
  readonly session: string | null;
}

/** Reads everything that an agent printed; lines of another form, such as warnings, say nothing. */
export function readStream(format: StreamFormat, text: string): ReadStream {
  const reader = new StreamReader(format);
  for (const line of text.split('\n')) reader.add(line);
  return reader.read;
}

/** Reads what an agent prints while it is printed, line by line, and keeps none of it. */
export class StreamReader {
  readonly #format: StreamFormat;
  #read: ReadStream = { usage: {}, last: null, error: null, session: null };

  constructor(format: StreamFormat) {
    this.#format = format;
  }

  get read(): ReadStream {
    return this.#read;
  }

  add(line: string): void {
    const event = line.startsWith('{') ? parseJson(line) : undefined;
    if (!isJsonObject(event)) return;
    const told = READERS[this.#format](event);
    const { usage, last, error, session } = this.#read;
    this.#read = {
      usage: {
        ...usage,
        ...(told.model !== undefined && { model: told.model }),
        ...(told.tokens !== undefined && { tokens: (usage.tokens ?? 0) + told.tokens }),
        ...(told.usd !== undefined && { usd: (usage.usd ?? 0) + told.usd }),
        ...(told.usdSoFar !== undefined && { usd: told.usdSoFar }),
      },
      last: told.action ?? last,
      error: told.error ?? error,
      session: told.session ?? session,
    };
  }
}

interface Told {
  readonly model?: string | undefined;
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
  /** Of the whole conversation, and not of a part of it. */
  readonly usdSoFar?: number | undefined;
  readonly session?: string | undefined;
  readonly action?: string | undefined;
  readonly error?: string | undefined;
}

const READERS: Readonly<Record<StreamFormat, (event: JsonObject) => Told>> = {
  none: () => ({}),
  acp: readMessage,
  claude(event) {
    if (event['type'] === 'system')
      return { model: textAt(event, 'model'), session: textAt(event, 'session_id') };
    if (event['type'] === 'tool_call') return { action: cursorAction(event) };
    if (event['type'] === 'assistant') return { action: claudeAction(event) };
    if (event['type'] !== 'result') return {};
    return {
      tokens: sumOf(objectAt(event, 'usage'), [
        'input_tokens',
        'output_tokens',
        'cache_creation_input_tokens',
        'cache_read_input_tokens',
      ]),
      usd: numberAt(event, 'total_cost_usd'),
      error: event['is_error'] === true ? (textAt(event, 'result') ?? textAt(event, 'subtype')) : undefined,
    };
  },
  codex(event) {
    switch (event['type']) {
      case 'thread.started':
        return { session: textAt(event, 'thread_id') };
      case 'turn.completed':
        return { tokens: sumOf(objectAt(event, 'usage'), ['input_tokens', 'output_tokens']) };
      case 'turn.failed':
        return { error: textAt(objectAt(event, 'error'), 'message') };
      case 'error':
        return { error: textAt(event, 'message') };
      case 'item.started':
      case 'item.completed': {
        const item = objectAt(event, 'item');
        return { action: textAt(item, 'command') ?? textAt(item, 'text') };
      }
      default:
        return {};
    }
  },
  gemini(event) {
    switch (event['type']) {
      case 'init':
        return { model: textAt(event, 'model'), session: textAt(event, 'session_id') };
      case 'tool_use':
        return { action: textAt(event, 'tool_name') };
      case 'error':
        return { error: textAt(event, 'message') };
      case 'result':
        return {
          tokens: sumOf(objectAt(event, 'stats'), ['total_tokens']),
          error: textAt(objectAt(event, 'error'), 'message'),
        };
      default:
        return {};
    }
  },
  opencode(event) {
    const part = objectAt(event, 'part');
    switch (event['type']) {
      case 'step_finish': {
        const tokens = objectAt(part, 'tokens');
        const cached = sumOf(objectAt(tokens, 'cache'), ['read', 'write']) ?? 0;
        const counted = sumOf(tokens, ['input', 'output', 'reasoning']);
        return {
          tokens: counted === undefined ? undefined : counted + cached,
          usd: numberAt(part, 'cost'),
          session: textAt(event, 'sessionID'),
        };
      }
      case 'tool_use':
        return { action: textAt(part, 'tool') };
      case 'text':
        return { action: textAt(part, 'text') };
      case 'error': {
        const error = objectAt(event, 'error');
        return { error: textAt(objectAt(error, 'data'), 'message') ?? textAt(error, 'name') };
      }
      default:
        return {};
    }
  },
};

/** Of a message of the Agent Client Protocol: what the agent reports on the way, and what it answers. */
function readMessage(event: JsonObject): Told {
  const update = objectAt(objectAt(event, 'params'), 'update');
  switch (update['sessionUpdate']) {
    case 'tool_call':
    case 'tool_call_update':
      return { action: textAt(update, 'title') };
    case 'plan':
      return { action: planAction(update) };
    case 'usage_update': {
      const cost = objectAt(update, 'cost');
      return { usdSoFar: cost['currency'] === 'USD' ? numberAt(cost, 'amount') : undefined };
    }
    default: {
      const result = objectAt(event, 'result');
      return {
        session: textAt(result, 'sessionId'),
        model: textAt(objectAt(result, 'models'), 'currentModelId'),
        tokens: sumOf(objectAt(result, 'usage'), ['totalTokens']) ?? geminiTokens(result),
        error: textAt(objectAt(event, 'error'), 'message'),
      };
    }
  }
}

/** Gemini CLI has its figures where the protocol has room for one's own. */
function geminiTokens(result: JsonObject): number | undefined {
  const quota = objectAt(objectAt(result, '_meta'), 'quota');
  return sumOf(objectAt(quota, 'token_count'), ['input_tokens', 'output_tokens']);
}

function planAction(update: JsonObject): string | undefined {
  const entries = update['entries'];
  const current = Array.isArray(entries)
    ? entries.filter(isJsonObject).find((one) => one['status'] === 'in_progress')
    : undefined;
  return current && textAt(current, 'content');
}

/** Cursor names the tool by the key of its only member, such as `shellToolCall`. */
function cursorAction(event: JsonObject): string | undefined {
  const [name = '', call] = Object.entries(objectAt(event, 'tool_call'))[0] ?? [];
  const args = isJsonObject(call) ? objectAt(call, 'args') : NOTHING;
  const subject = textAt(args, 'command') ?? textAt(args, 'path');
  return [name.replace(/ToolCall$/, ''), subject].filter(Boolean).join(' ') || undefined;
}

function claudeAction(event: JsonObject): string | undefined {
  const content = objectAt(event, 'message')['content'];
  const blocks = Array.isArray(content) ? content.filter(isJsonObject) : [];
  const block = blocks.findLast((one) => one['type'] === 'tool_use' || one['type'] === 'text');
  if (block === undefined) return undefined;
  const input = objectAt(block, 'input');
  const subject = textAt(input, 'command') ?? textAt(input, 'file_path');
  return textAt(block, 'text') ?? [textAt(block, 'name'), subject].filter(Boolean).join(' ');
}

const NOTHING: JsonObject = {};

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : NOTHING;
}

/** Its first line; `undefined` for an empty text and anything else. */
function textAt(value: JsonObject, key: string): string | undefined {
  const found = value[key];
  return typeof found === 'string' ? found.trim().split('\n')[0] || undefined : undefined;
}

/** No attempt uses so many tokens, nor so many dollars: who says so counts wrongly. */
const TOO_MUCH = 1e9;

function numberAt(value: JsonObject, key: string): number | undefined {
  const found = value[key];
  return typeof found === 'number' && found >= 0 && found < TOO_MUCH ? found : undefined;
}

/** `undefined` where none of them is said. */
function sumOf(value: JsonObject, keys: readonly string[]): number | undefined {
  const found = keys.map((key) => numberAt(value, key)).filter((one) => one !== undefined);
  return found.length === 0 ? undefined : found.reduce((all, one) => all + one, 0);
}
