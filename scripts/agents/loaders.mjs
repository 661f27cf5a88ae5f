import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ASKED = 'how far is invoice-export';

/** Each agent is asked in its own way what it makes of our files; each function returns what is missing, by name. */
export const loaders = { codex, opencode, gemini };

/** Prints what the model would be told; skills are in it by name and description. */
function codex({ run, commands }) {
  const { stdout } = run(['codex', 'debug', 'prompt-input', 'hello']);
  return commands
    .filter(({ name, description }) => !stdout.includes(`- ${name}: ${description} (file: `))
    .map(({ name }) => `${name} is not in the prompt`);
}

/** Prints its configuration, commands with their templates. */
function opencode({ run, commands }) {
  const { stdout } = run(['opencode', 'debug', 'config']);
  const loaded = parsed(stdout)?.command ?? {};
  return commands
    .filter(({ name, description }) => {
      const { template = '', description: shown } = loaded[name] ?? {};
      return shown !== description || !template.includes('The request: $ARGUMENTS');
    })
    .map(({ name }) => `${name} is not among the commands`);
}

/** Has no list; so a command is called, and what it sends to the model, which is a server of ours, has the prompt in it. */
function gemini({ run, home, commands }) {
  mkdirSync(path.join(home, '.gemini'), { recursive: true });
  const settings = { security: { auth: { selectedType: 'gemini-api-key' } } };
  writeFileSync(path.join(home, '.gemini/settings.json'), JSON.stringify(settings));
  return commands.flatMap(({ name }) => {
    const log = path.join(home, `${name}.log`);
    const server = path.join(import.meta.dirname, 'silent-model.mjs');
    run([
      process.execPath,
      server,
      log,
      `The request: ${ASKED}`,
      'gemini',
      '--skip-trust',
      '-p',
      `/${name} ${ASKED}`,
    ]);
    const sent = read(log);
    const title = `# ${name.slice('spec-kitty.'.length).replace(/^./, (letter) => letter.toUpperCase())}`;
    const whole = sent.includes(`${title}\\n`) && sent.includes(`The request: ${ASKED}\\n`);
    return whole ? [] : [`${name} was not sent to the model`];
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
