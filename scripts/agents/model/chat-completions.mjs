/** OpenAI's older protocol, which opencode speaks to any server that it is told of. */
export const chatCompletions = {
  matches: (path) => path.endsWith('/chat/completions'),
  read({ messages = [], tools = [] }) {
    const names = tools.map((tool) => tool.function?.name);
    return {
      prompt: messages
        .filter(({ role }) => role === 'user')
        .map(({ content }) => textOf(content))
        .join('\n'),
      done: messages.filter(({ role }) => role === 'tool').length,
      tools: {
        shell: (command) => ({ name: 'bash', args: { command, description: 'Do the work' } }),
        ...(names.includes('write') && {
          write: (filePath, content) => ({ name: 'write', args: { filePath, content } }),
        }),
      },
    };
  },
  answer(action, { stream }, id) {
    const call = { index: 0, id: `call_${id}`, type: 'function' };
    const spoken = action.text === undefined;
    const message = spoken
      ? { tool_calls: [{ ...call, function: { name: action.name, arguments: JSON.stringify(action.args) } }] }
      : { content: action.text };
    const finish = spoken ? 'tool_calls' : 'stop';
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    const head = { id: `chat_${id}`, created: 1, model: 'scripted' };
    if (!stream)
      return {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
        usage,
      };
    const chunk = (choices, more = {}) => ({ ...head, object: 'chat.completion.chunk', choices, ...more });
    return [
      chunk([{ index: 0, delta: { role: 'assistant', ...message }, finish_reason: null }]),
      chunk([{ index: 0, delta: {}, finish_reason: finish }]),
      chunk([], { usage }),
      '[DONE]',
    ];
  },
};

function textOf(content) {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('\n');
}
