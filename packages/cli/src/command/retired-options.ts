/** Options of the predecessor that its prompts still pass and that mean nothing here; the value says whether one takes a value. */
const RETIRED: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  'agent tasks move-task': {
    '--shell-pid': true,
    '--model': true,
    '--profile': true,
    '--invocation-id': true,
    '--skip-review-artifact-check': false,
    '--skip-pre-review-gate': false,
    '--auto-commit': false,
    '--no-auto-commit': false,
  },
  'agent tasks mark-status': { '--auto-commit': false, '--no-auto-commit': false },
  'agent tasks add-history': { '--shell-pid': true },
  'agent action implement': {
    '--invocation-id': true,
    '--allow-sparse-checkout': false,
    '--acknowledge-not-bulk-edit': false,
  },
  'agent action review': {
    '--model': true,
    '--profile': true,
    '--invocation-id': true,
    '--allow-sparse-checkout': false,
    '--acknowledge-not-bulk-edit': false,
  },
  'agent mission create': {
    '--topology': true,
    '--branch-strategy': true,
    '--no-pr-bound': false,
    '--force-recreate-coordination-branch': false,
  },
  // Nothing is stricter without it: what it left out is not asked for here.
  accept: { '--lenient': false },
  implement: {
    '--recover': false,
    '--acknowledge-not-bulk-edit': false,
    '--auto-commit': false,
    '--no-auto-commit': false,
  },
  'verify-setup': {
    '--check-files': false,
    '--no-check-files': false,
    '--check-tools': false,
    '--no-check-tools': false,
    '--diagnostics': false,
    '--mission': true,
    '--feature': true,
  },
  upgrade: {
    '--yes': false,
    '--project': false,
    '--no-worktrees': false,
    '--no-nag': false,
    '--verbose': false,
  },
  next: { '--owned-checkout': true },
};

/** A command line without retired options, and the ones that were in it. */
export interface CurrentArguments {
  readonly argv: readonly string[];
  readonly retired: readonly string[];
}

/** Takes retired options out of a command line, so that old prompts keep working; what follows `--` is left alone. */
export function withoutRetiredOptions(argv: readonly string[]): CurrentArguments {
  const route = Object.keys(RETIRED).find((name) =>
    name.split(' ').every((word, index) => argv[index] === word),
  );
  const options = route === undefined ? undefined : RETIRED[route];
  if (!options) return { argv, retired: [] };
  const kept: string[] = [];
  const retired: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') return { argv: [...kept, ...argv.slice(index)], retired };
    const name = argument.split('=')[0] ?? '';
    const takesValue = Object.hasOwn(options, name) ? options[name] : undefined;
    if (takesValue === undefined) {
      kept.push(argument);
      continue;
    }
    retired.push(name);
    if (takesValue && !argument.includes('=')) index++;
  }
  return { argv: kept, retired };
}
