import type { PackageScript } from './package-script.ts';

/** What the demo's mission is called when it is created. */
export const MISSION = {
  slug: 'expense-report',
  friendlyName: 'Expense report',
  purpose: 'Whoever shares a household sees at a glance what was spent, and on what.',
} as const;

/** Text of spec.md. */
export const SPEC = `# Specification: ${MISSION.friendlyName}

## Purpose

${MISSION.purpose} Today they add up bank statements by hand, and the sums never agree.

## Functional requirements

| ID | Requirement |
|---|---|
| FR-001 | Amounts are read from text and written as text, with thousands separators and refunds. |
| FR-002 | Expenses are read from CSV as banks and spreadsheets write it, with quoted fields. |
| FR-003 | Expenses are added up by category, the largest sum first. |
| FR-004 | Results are shown as a text table whose numbers line up. |
| FR-005 | Every category shows its share of the whole. |
| FR-006 | A command prints the report of one file, and names the line of whatever it cannot read. |

## Non-functional requirements

| ID | Requirement |
|---|---|
| NFR-001 | Sums are exact to the cent and shares add up to exactly 100 %, whatever the amounts. |

## Constraints

| ID | Constraint |
|---|---|
| C-001 | Plain JavaScript for Node 20 without dependencies; exit codes tell a script what happened. |

## Out of scope

- Currencies, budgets, and reading from a bank directly
`;

/** Text of plan.md. */
export const PLAN = `# Plan: ${MISSION.friendlyName}

## Technical Context

- **Language/Version**: JavaScript modules on Node 20
- **Primary Dependencies**: none
- **Testing**: \`npm test\`, which runs \`node --test\` on every file in \`test/\`

## Design

Four modules know nothing of each other: \`src/money.js\`, \`src/csv.js\`, \`src/summary.js\` and \`src/table.js\`.
Amounts are whole cents everywhere between reading and writing. \`src/report.js\` puts the modules together, and
\`bin/tally.js\` is the command around it.

## Risks

- Floating point: a sum that is a cent off. Amounts are never fractions, and a test tries them all.
- Rounding: shares that make 99.9 %. They are worked out together, and a test tries many amounts.
`;

/** Text of tasks.md. */
export function tasksText(packages: readonly PackageScript[]): string {
  const sections = packages.map(({ id, title, dependencies, subtasks }) =>
    [
      `## ${id}: ${title}`,
      '',
      `Dependencies: ${dependencies.length > 0 ? dependencies.join(', ') : 'none'}`,
      '',
      ...Object.entries(subtasks).map(([subtask, text]) => `- [ ] ${subtask} ${text}`),
    ].join('\n'),
  );
  return `# Work packages: ${MISSION.friendlyName}\n\n${sections.join('\n\n')}\n`;
}

/** Name of a package's file under `tasks/`. */
export function packageFileName({ id, slug }: PackageScript): string {
  return `${id}-${slug}.md`;
}

/** Text of a package's file under `tasks/`. */
export function packageText(script: PackageScript): string {
  const owned = list(script.ownedFiles.map((file) => JSON.stringify(file)));
  return `---
work_package_id: ${script.id}
title: ${script.title}
dependencies: ${list(script.dependencies)}
requirement_refs: ${list(script.requirements)}
owned_files: ${owned}
create_intent: ${owned}
execution_mode: code_change
subtasks: ${list(Object.keys(script.subtasks))}
---

# ${script.id}: ${script.title}

${script.instructions}

## Subtasks

${Object.entries(script.subtasks)
  .map(([id, text]) => `- ${id}: ${text}`)
  .join('\n')}
`;
}

function list(values: readonly string[]): string {
  return `[${values.join(', ')}]`;
}
