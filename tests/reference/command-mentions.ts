import { printed, routes, shellWords } from './command-tree.ts';
import { type ProductText, VALUE } from './product-texts.ts';

const ROUTES = new Map(routes().map((route) => [route.words.join(' '), route]));
const FIRST_WORDS = [...ROUTES.keys()].filter((words) => /^[\w-]+$/.test(words)).join('|');
const GROUPS = [...ROUTES.keys()].filter((words) => / /.test(words) && !ROUTES.get(words)?.flags).join('|');
const EVERY_FLAG = new Set([
  'help',
  'version',
  ...[...ROUTES.values()].flatMap(({ flags }) => [...(flags ?? [])]),
]);

/** `spec-kitty …` where a command is meant and not the product: in code, at the start of a line, or after "run". */
const CALL = /(?:^[ $]*|[`"'(]|\b[Rr]un )spec-kitty(?= )([^`\n]*)/gm;
/** The same without the program's name, in code or as the whole of a literal. */
const SHORT_CALL = new RegExp(`\`((?:${FIRST_WORDS})(?: [^\`\\n]*)?)\`|^((?:${GROUPS}) [^\`\\n]*)$`, 'gm');
const FLAG = /(?<![\w-])--([a-z][a-z-]*)(?!\w)/g;
/** Command lines of other programs, in code or on a line of their own, whose options are theirs. */
const FOREIGN = /`(?:[^`\n]*\$\()?(?:git|npm|npx|node) [^`\n]*`|^ *(?:git|npm|npx|node) [^\n]*/gm;
/** An argument for Git or Node is no text; core calls no programs. */
const ARGUMENT = /^(?:\S+$|--[\w-]+=)/;
/**
 * What follows the product’s name at the start of a text that is a sentence, or a line that names its source; and what is
 * answered before there are commands.
 */
const VERBS = /^(?:needs|contains)\b|^tracker:|^--version$/;
/** Options of the predecessor, of agents, of package managers, what a generated script passes to Node, and a script's own options. */
const OTHER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The server's, which its own program knows.
  'docs/adr/0022-the-embedded-database-is-postgresql.md': ['database-url'],
  'CHANGELOG.md': ['metrics', 'amend'],
  'docs/evidence/phantom-completion.md': ['ignore'],
  'packages/local/src/run/forecast/git-forecast-source.ts': ['git'],
  'packages/local/src/landing/undone.ts': ['git'],
  'packages/core/src/execution-lanes/end-operation.ts': ['continue'],
  'packages/core/src/work/look-again.ts': ['no-assume-unchanged', 'no-skip-worktree'],
  'docs/reference/errors.md': ['public-url'],
  'docs/how-to/run-a-teamspace.md': [
    'data',
    'public-url',
    'proxies',
    'metrics',
    'without-keys',
    'end-sessions',
    'listen',
    // Of npm and of containers.
    'global',
    'ignore-scripts',
    'init',
    'volume',
    'publish',
    'env',
  ],
  'docs/compatibility.md': ['shell-pid', 'base'],
  'docs/how-to/drive-it-from-a-program.md': [
    'full-auto',
    'yolo',
    'dangerously-bypass-approvals-and-sandbox',
    'dangerously-skip-permissions',
  ],
  'docs/how-to/use-in-a-monorepo.md': ['frozen-lockfile', 'prefer-offline', 'filter'],
  'packages/cli/src/demo-project/base-files.ts': ['test'],
  'packages/core/src/auth-doctor/daemon-identity.ts': ['spec-kitty-daemon-root'],
  // Those of agents.
  'packages/core/src/run/agents/catalogue.ts': [
    'print',
    'output-format',
    'verbose',
    'permission-mode',
    'ask-for-approval',
    'sandbox',
    'cd',
    'prompt',
    'approval-mode',
    'skip-trust',
    'format',
    'cwd',
    'acp',
    'stdio',
    'include-directories',
    'auto',
    'trust',
    'force',
    'resume',
    'session',
  ],
  'docs/how-to/run-with-agents.md': [
    'print',
    'format',
    'output-format',
    'approval-mode',
    'acp',
    'trust',
    'resume',
    'model',
    'task-file',
    'cwd',
    'auto',
  ],
  'scripts/torture/torture.mjs': ['engine', 'runs', 'kills', 'merges', 'seed', 'only', 'fault'],
};

/** Something named in a text that does not exist. */
export interface WrongMention {
  readonly at: string;
  readonly named: string;
  readonly problem: string;
}

/** Looks up every command and every option that a text names, and parses every whole command line. */
export async function wrongMentions(text: ProductText): Promise<readonly WrongMention[]> {
  return [...(await wrongCalls(text)), ...wrongFlags(text)];
}

async function wrongCalls({ file, line, text }: ProductText): Promise<readonly WrongMention[]> {
  const calls = [...text.matchAll(CALL), ...text.matchAll(SHORT_CALL)].flatMap((match) => {
    const at = `${file}:${line + linesBefore(text, match.index)}`;
    // A comment, a second column, a pipe, the bracket of a substitution and a subordinate clause are not part of the command.
    const named = (match[1] ?? match[2] ?? '').trim().replace(/(?: #| {2}|, | \||\)$).*$/, '');
    return alternatives(named).map((call) => ({ at, named: call }));
  });
  const wrong = await Promise.all(
    calls.map(async (call) => ({ ...call, problem: await problemOf(call.named) })),
  );
  return wrong.flatMap(({ problem, ...call }) => (problem === undefined ? [] : [{ ...call, problem }]));
}

function wrongFlags({ file, line, text }: ProductText): readonly WrongMention[] {
  if (!file.startsWith('packages/core/') && ARGUMENT.test(text)) return [];
  const ours = text.replaceAll(FOREIGN, (code) => ' '.repeat(code.length));
  return [...ours.matchAll(FLAG)]
    .filter(([, name = '']) => !EVERY_FLAG.has(name) && !OTHER_OPTIONS[file]?.includes(name))
    .map((match) => ({
      at: `${file}:${line + linesBefore(text, match.index)}`,
      named: match[0],
      problem: 'no command has this option',
    }));
}

function linesBefore(text: string, index: number): number {
  return text.slice(0, index).split('\n').length - 1;
}

/** `trust show|allow` names two commands. */
function alternatives(call: string): readonly string[] {
  const [all, before = '', several] = /^((?:[\w-]+ )*)([\w-]+(?:\|[\w-]+)+)/.exec(call) ?? [];
  if (all === undefined || several === undefined) return [call];
  return several.split('|').map((word) => before + word + call.slice(all.length));
}

async function problemOf(call: string): Promise<string | undefined> {
  const words = [...shellWords(call)];
  const length = routeLength(words);
  const route = ROUTES.get(words.slice(0, length).join(' '));
  const rest = words.slice(length);
  if (rest.length === 0 || rest[0] === '…' || VERBS.test(call)) return undefined;
  if (!route?.flags && !rest[0]?.startsWith('--')) return `there is no command "${rest[0]}"`;
  // A value at the end may stand for several words, or for none.
  let refused = await refusal(words);
  while (refused !== undefined && words.at(-1) === VALUE) {
    words.pop();
    refused = await refusal(words);
  }
  return refused;
}

function routeLength(words: readonly string[]): number {
  let length = 0;
  while (length < words.length && ROUTES.has(words.slice(0, length + 1).join(' '))) length++;
  return length;
}

async function refusal(argv: readonly string[]): Promise<string | undefined> {
  const { exitCode, stderr } = await printed(argv);
  return exitCode === 0 ? undefined : stderr.split('\n')[0];
}
