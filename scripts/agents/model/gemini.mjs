/** Google's protocol. */
export const gemini = {
  matches: (path) => path.includes(':generateContent') || path.includes(':streamGenerateContent'),
  read({ contents = [], tools = [] }) {
    const names = tools.flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map(({ name }) => name),
    );
    const parts = contents.flatMap(({ role, parts: all = [] }) => all.map((part) => ({ role, ...part })));
    return {
      // Without tools it asks on its own account: which model to take, or who speaks next.
      prompt:
        names.length === 0
          ? ''
          : parts
              .filter(({ role }) => role === 'user')
              .map(({ text = '' }) => text)
              .join('\n'),
      done: parts.filter((part) => part.functionResponse !== undefined).length,
      tools: {
        shell: (command) => ({ name: 'run_shell_command', args: { command, description: 'Do the work' } }),
        ...(names.includes('write_file') && {
          write: (file_path, content) => ({ name: 'write_file', args: { file_path, content } }),
        }),
      },
    };
  },
  answer(action, _, id, path) {
    const part =
      action.text === undefined
        ? { functionCall: { id: `call_${id}`, name: action.name, args: action.args } }
        : { text: action.text };
    const answer = {
      candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
      modelVersion: 'scripted',
    };
    return path.includes(':stream') ? [answer] : answer;
  },
};
