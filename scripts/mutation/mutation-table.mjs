import { FOLDERS, LEFT_OUT } from './mutated-files.mjs';

/** Percent of its mutants that the tests of a folder have to notice. */
const GATE = 90;

/** What a report of Stryker comes to. A mutant that never ends is noticed as well as one that fails a test. */
export function countMutants({ files }) {
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const survived = count('Survived');
  const uncovered = count('NoCoverage');
  return {
    files: Object.keys(files).length,
    mutants: killed + survived + uncovered,
    killed,
    survived,
    uncovered,
    ignored: count('Ignored'),
  };
}

/** Folders whose score is below the gate, in the order of the table. */
export function belowGate(evidence) {
  return FOLDERS.filter((folder) => folder in evidence)
    .map((folder) => ({ folder, score: scoreOf(evidence[folder]) }))
    .filter(({ score }) => score < GATE);
}

function scoreOf({ killed, mutants }) {
  return Math.floor((killed / mutants) * 1000) / 10;
}

/** The page of evidence, whole. */
export function mutationPage(evidence) {
  const known = FOLDERS.filter((folder) => folder in evidence);
  const rows = known.map((folder) => row(folder, evidence[folder]));
  const total = known
    .map((folder) => evidence[folder])
    .reduce((sum, counts) =>
      Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, value + counts[key]])),
    );
  const unknown = FOLDERS.filter((folder) => !(folder in evidence));
  const low = belowGate(evidence).map(({ folder }) => folder);
  return `${INTRODUCTION}
| Folder | Files | Mutants | Killed | Survived | No coverage | Ignored | Score |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...rows, row('**all measured**', total)].join('\n')}

${[sentence('Below the gate', low), sentence('Not measured', unknown)].filter((text) => text !== '').join('\n')}`;
}

function sentence(what, names) {
  return names.length === 0 ? '' : `${what}: ${quoted(names)}.\n`;
}

function quoted(names) {
  return names.map((name) => `\`${name}\``).join(', ');
}

function row(name, counts) {
  const { files, mutants, killed, survived, uncovered, ignored } = counts;
  return `| ${name} | ${files} | ${mutants} | ${killed} | ${survived} | ${uncovered} | ${ignored} | ${scoreOf(counts).toFixed(1)} % |`;
}

const INTRODUCTION = `# Mutants of the rules

Written by \`npm run mutation\`, which changes the rules of \`packages/core\` in one place at a time and asks the unit tests of
the same folder whether they notice; do not edit. The gate is ${GATE} % for each folder.

A row is of the code as it was when its folder was last run, which the history of \`mutation.json\` tells: what has changed or
moved since is not in it.

Stricter than life: only tests that lie in the folder count, properties try 30 examples, the
corpus of real missions is absent, and tests that start Git or prepare everything once (\`beforeAll\`, such as the model of
\`status\`) do not run.

Kinder than life, and why:

- Texts with a space between two words are left alone: another wording is for transcripts to notice. All other mutators of
  Stryker are on.
- What runs once, when a file is loaded, is left alone, since every such mutant needs a process of its own: mostly tables,
  such as the lanes and their edges, which a test compares with \`SPEC.md\`, and patterns.
- Files with anything asynchronous are use cases: they are tested on real Git.
- ${quoted(LEFT_OUT)} are left out: use cases nearly throughout, texts or types. So are the few files beside the folders.

\`Ignored\` counts the first two.
`;
