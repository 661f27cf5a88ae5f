import type { Readable } from 'node:stream';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { parseJSONRPCMessage, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** As long as the longest line that the transport takes; it ends the connection at a longer one. */
const LONGEST = 10 * 1024 * 1024;

/**
 * Answers a line that is no JSON, or no message, as JSON-RPC 2.0 asks (§5.1: -32700, -32600; id null where there is none).
 *
 * `StdioServerTransport` of the official SDK passes over such a line, and over a batch, which MCP does not have, without a word, on the wire and to `onerror`, so
 * whoever sends it waits for ever. It keeps reading the same stream; this only listens.
 */
export function answerNonsense(input: Readable, answer: (line: string) => void): void {
  let rest = Buffer.alloc(0);
  input.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.toString('utf8', 0, end).trim();
      rest = rest.subarray(end + 1);
      const nonsense = line === '' ? undefined : nonsenseIn(line);
      if (nonsense) answer(`${JSON.stringify({ jsonrpc: '2.0', ...nonsense })}\n`);
    }
    if (rest.length > LONGEST) rest = Buffer.alloc(0);
  });
}

function nonsenseIn(line: string) {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return failure(null, ProtocolErrorCode.ParseError, 'Parse error: the line is not JSON.');
  }
  try {
    parseJSONRPCMessage(value);
    return undefined;
  } catch {
    const what = Array.isArray(value)
      ? 'a batch; send its messages one by one'
      : 'no message of JSON-RPC 2.0';
    return failure(idOf(value), ProtocolErrorCode.InvalidRequest, `Invalid request: the line is ${what}.`);
  }
}

function failure(id: string | number | null, code: ProtocolErrorCode, message: string) {
  return { id, error: { code, message } };
}

function idOf(value: unknown): string | number | null {
  const id = isJsonObject(value) ? value['id'] : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
