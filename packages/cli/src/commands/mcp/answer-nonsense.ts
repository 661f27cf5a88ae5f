import type { Readable } from 'node:stream';
import { ProtocolErrorCode } from '@modelcontextprotocol/server';

/** As long as the longest line that the transport takes; it ends the connection at a longer one. */
const LONGEST = 10 * 1024 * 1024;

/**
 * Answers a line that is no JSON, as JSON-RPC 2.0 asks (§5.1: -32700, id null).
 *
 * `StdioServerTransport` of the official SDK passes over such a line without a word, on the wire and to `onerror`, so
 * whoever sends it waits for ever. It keeps reading the same stream; this only listens.
 */
export function answerNonsense(input: Readable, answer: (line: string) => void): void {
  let rest = Buffer.alloc(0);
  input.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.toString('utf8', 0, end).trim();
      rest = rest.subarray(end + 1);
      if (line !== '' && !isJson(line)) answer(PARSE_ERROR);
    }
    if (rest.length > LONGEST) rest = Buffer.alloc(0);
  });
}

const PARSE_ERROR = `${JSON.stringify({
  jsonrpc: '2.0',
  id: null,
  error: { code: ProtocolErrorCode.ParseError, message: 'Parse error: the line is not JSON.' },
})}\n`;

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
