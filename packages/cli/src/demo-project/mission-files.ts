import type { PackagePlan } from './package-script.ts';

/** A mission that is generated: its project, and what a person would have written to plan it. */
export interface PlannedMission {
  readonly slug: string;
  readonly friendlyName: string;
  readonly purpose: string;
  /** First section of the project's README. */
  readonly about: string;
  /** What it says about the functional requirements, in the order of their ids. */
  readonly requirements: readonly string[];
  /** What plan.md says under Design. */
  readonly design: string;
  readonly packages: readonly PackagePlan[];
}

/** Text of spec.md. */
export function specText({ friendlyName, purpose, requirements }: PlannedMission): string {
  return `# Specification: ${friendlyName}

## Purpose

${purpose} Today they add up bank statements by hand, and the sums never agree.

## Functional requirements

| ID | Requirement |
|---|---|
${requirements.map((text, index) => `| FR-00${index + 1} | ${text} |`).join('\n')}

## Non-functional requirements

| ID | Requirement |
|---|---|
| NFR-001 | Sums are exact to the cent and shares add up to exactly 100 %, whatever the amounts. |

## Constraints

| ID | Constraint |
|---|---|
| C-001 | Plain JavaScript for Node 20 without dependencies. |

## Out of scope

- Currencies, budgets, and reading from a bank directly
`;
}

/** Text of plan.md. */
export function planText({ friendlyName, design }: PlannedMission): string {
  return `# Plan: ${friendlyName}

## Technical Context

- **Language/Version**: JavaScript modules on Node 20
- **Primary Dependencies**: none
- **Testing**: \`npm test\`, which runs \`node --test\` on every file in \`test/\`

## Design

${design}

## Risks

- Floating point: a sum that is a cent off. Amounts are never fractions, and a test tries them all.
- Rounding: shares that make 99.9 %. They are worked out together, and a test tries many amounts.
`;
}

/** Text of tasks.md. */
export function tasksText({ friendlyName, packages }: PlannedMission): string {
  const sections = packages.map(({ id, title, dependencies, subtasks }) =>
    [
      `## ${id}: ${title}`,
      '',
      `Dependencies: ${dependencies.length > 0 ? dependencies.join(', ') : 'none'}`,
      '',
      ...Object.entries(subtasks).map(([subtask, text]) => `- [ ] ${subtask} ${text}`),
    ].join('\n'),
  );
  return `# Work packages: ${friendlyName}\n\n${sections.join('\n\n')}\n`;
}

/** Name of a package's file under `tasks/`. */
export function packageFileName({ id, slug }: PackagePlan): string {
  return `${id}-${slug}.md`;
}

/** Text of a package's file under `tasks/`. */
export function packageText(script: PackagePlan): string {
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
${subtasksText(script)}`;
}

function subtasksText({ subtasks }: PackagePlan): string {
  const lines = Object.entries(subtasks).map(([id, text]) => `- ${id}: ${text}\n`);
  return lines.length === 0 ? '' : `\n## Subtasks\n\n${lines.join('')}`;
}

function list(values: readonly string[]): string {
  return `[${values.join(', ')}]`;
}
