import { command } from '../../command/build.ts';

export const mcpCommand = command({
  brief: 'Serve agents over the Model Context Protocol, on standard input and output',
  details:
    'An agent starts it by itself and ends it by closing its input. Every call names the repository that it is about; ' +
    'nothing is listened on, and nothing is remembered between calls.',
  examples: ['spec-kitty mcp'],
  parameters: {},
  load: async () => (await import('./mcp.ts')).mcp,
});
