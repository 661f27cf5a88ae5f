import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a home folder that nobody has used, in which every agent talks to one model.
 *
 * @returns the whole environment of whoever lives there, but for PATH.
 */
export function prepareHome(home, address, key) {
  for (const [name, text] of Object.entries(filesFor(address))) {
    mkdirSync(path.join(home, path.dirname(name)), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home, name), text);
  }
  // A fence leaves an agent only those of its folders that are there.
  for (const folder of ['.local/share/opencode', '.local/state/opencode', '.cache'])
    mkdirSync(path.join(home, folder), { recursive: true });
  return {
    HOME: home,
    USERPROFILE: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    OPENAI_API_KEY: key,
    GEMINI_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: address,
    // Otherwise it asks a model which model to ask.
    GEMINI_MODEL: 'gemini-2.5-flash',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  };
}

const filesFor = (address) => ({
  '.gitconfig': '[user]\n  name = Ada\n  email = ada@example.com\n',
  '.spec-kitty/agents.yaml':
    'opencode-acp:\n  like: opencode\n  acp: true\ngemini-acp:\n  like: gemini\n  acp: true\n',
  '.codex/config.toml': `model = "scripted"
model_provider = "scripted"

[model_providers.scripted]
name = "Scripted"
base_url = "${address}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
`,
  '.config/opencode/opencode.json': JSON.stringify({
    autoupdate: false,
    share: 'disabled',
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        options: { baseURL: `${address}/v1`, apiKey: '{env:OPENAI_API_KEY}' },
        models: {
          scripted: {
            name: 'Scripted',
            tool_call: true,
            limit: { context: 100_000, output: 8000 },
            cost: { input: 1, output: 2 },
          },
        },
      },
    },
  }),
  '.gemini/settings.json': JSON.stringify({
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false },
  }),
});
