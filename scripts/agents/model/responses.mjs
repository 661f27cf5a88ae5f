/** OpenAI's newer protocol, which is the only one that Codex speaks. */
export const responses = {
  matches: (path) => path.endsWith('/responses'),
  read({ input = [], tools = [] }) {
    const { name = 'shell_command' } = tools.find((tool) => Object.hasOwn(SHELLS, tool.name)) ?? {};
    return {
      prompt: input
        .filter(({ role }) => role === 'user')
        .flatMap(({ content = [] }) => content.map(({ text = '' }) => text))
        .join('\n'),
      done: input.filter(({ type }) => type === 'function_call_output').length,
      tools: { shell: (command) => ({ name, args: SHELLS[name](command) }) },
    };
  },
  answer(action, _, id) {
    const item =
      action.text === undefined
        ? {
            type: 'function_call',
            id: `fc_${id}`,
            call_id: `call_${id}`,
            name: action.name,
            arguments: JSON.stringify(action.args),
          }
        : {
            type: 'message',
            id: `msg_${id}`,
            role: 'assistant',
            content: [{ type: 'output_text', text: action.text }],
          };
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 110,
    };
    const response = { id: `resp_${id}` };
    return [
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, usage } },
    ];
  },
};

/** Codex has had its commands run in several ways. */
const SHELLS = {
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: ['sh', '-c', command] }),
};
