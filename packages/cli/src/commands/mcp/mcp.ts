import { once } from 'node:events';
import { McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { answerBeforeClosing } from './answer-before-closing.ts';
import { answerNonsense } from './answer-nonsense.ts';
import { callTool } from './call-tool.ts';
import { listedTools } from './listed-tools.ts';
import { TOOLS } from './tools.ts';

const INSTRUCTIONS =
  'Pass the absolute path of the repository with every call, and your own name as agent. To implement: next or ' +
  'ready_work, claim, read prompt_file, work and commit in workspace_path, record what is done, look at evidence, ' +
  'request_review. To review what somebody else did: claim as reviewer, read prompt_file, verdict.';

/** The list is the same for as long as a version is: clients may keep it for an hour. */
const TOOLS_TTL_MS = 3_600_000;

/** Serves until the client closes its end, and what was asked by then is answered. */
export async function mcp(this: AppContext): Promise<void> {
  const tools = listedTools();
  const ended = once(process.stdin, 'close');
  const transport = new StdioServerTransport();
  serveStdio(() => serverFor(this, tools), {
    transport,
    onerror: ({ message }) => this.stderr(`Warning: ${message}\n`),
  });
  const closed = answerBeforeClosing(transport);
  answerNonsense(process.stdin, this.stdout);
  await ended;
  await closed;
}

/** One server for each connection; it has no state of its own. */
function serverFor(context: AppContext, tools: ReturnType<typeof listedTools>): McpServer {
  const options = {
    capabilities: { tools: {} },
    instructions: INSTRUCTIONS,
    cacheHints: { 'tools/list': { ttlMs: TOOLS_TTL_MS, cacheScope: 'public' } },
  } as const;
  const mcpServer = new McpServer({ name: 'spec-kitty', version }, options);
  const { server } = mcpServer;
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', ({ params }) => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool "${params.name}".`);
    return callTool(context, tool, params.arguments ?? {});
  });
  return mcpServer;
}
