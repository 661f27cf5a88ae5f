import type { Mission } from '../ports/mission-store.ts';
import { DEFAULT_TYPE } from './mission-types.ts';

/** What a scaffold is made for; every line that somebody has to replace is a placeholder in brackets. */
export interface ScaffoldFacts {
  readonly title: string;
  /** Mission type, as `meta.json` names it. */
  readonly type: string;
}

/** What the scaffolds of a mission that is there are made for. */
export function scaffoldFacts({ meta, directory }: Pick<Mission, 'meta' | 'directory'>): ScaffoldFacts {
  return { title: meta.friendly_name ?? directory, type: meta.mission_type ?? DEFAULT_TYPE };
}

/** What a requirement is, and what proves it, in missions of a type. */
const REQUIREMENT: Readonly<Partial<Record<string, readonly [what: string, proof: string]>>> = {
  research: ['[A question that the report answers]', '[What an answer has to contain]'],
  documentation: ['[What a reader can do afterwards]', '[How somebody tries it, and what they see]'],
};

const SOFTWARE = [
  '[What the system must do, in one sentence]',
  '[What somebody does, and what they then see]',
] as const;

/** Text of a new spec.md: each requirement has its own criterion beside it. */
export function specScaffold({
  title,
  type,
  purpose,
  brief,
}: ScaffoldFacts & {
  readonly purpose: string | undefined;
  /** Path of a text that says what is wanted. */
  readonly brief?: string | undefined;
}): string {
  const [requirement, criterion] = REQUIREMENT[type] ?? SOFTWARE;
  return `# Specification: ${title}

## Purpose

${purpose ?? '[Who needs this, and what gets better for them]'}
${brief === undefined ? '' : `\n[What \`${brief}\` asks for, in your words]\n`}
## Functional requirements

| ID | Requirement | Accepted when |
|---|---|---|
| FR-001 | ${requirement} | ${criterion} |

## Non-functional requirements

| ID | Requirement | Measured by |
|---|---|---|
| NFR-001 | [A quality with a number] | [How and where it is measured] |

## Constraints

| ID | Constraint |
|---|---|
| C-001 | [What must not change, or must be used] |

## Out of scope

- [What this mission leaves alone]
`;
}

/** Text of a new plan.md. */
export function planScaffold({ title, type }: ScaffoldFacts): string {
  return `# Plan: ${title}

${PLANS[type] ?? SOFTWARE_PLAN}
## Risks

- [What could go wrong, and how it would be noticed]
`;
}

const SOFTWARE_PLAN = `## Technical Context

- **Language/Version**: [For example TypeScript 5 on Node 20]
- **Primary Dependencies**: [Libraries this work rests on]
- **Testing**: [The command that proves the work, and what it covers]

## Design

[Which parts change, which are new, and how they meet]
`;

const PLANS: Readonly<Partial<Record<string, string>>> = {
  research: `## Method

- **Sources**: [Where to look, and where not]
- **Evidence**: [What counts, and what makes a source unfit]
- **Enough**: [When to stop looking]
`,
  documentation: `## Pages

- [Path of a page; tutorial, how-to, reference or explanation; its reader; new, changed or removed]
`,
  plan: `## Order of work

- [What is done first, why, and how it is known to be done]
`,
};

/** Text of a new tasks.md, from the functional requirements that have to be covered. */
export function tasksScaffold({ title }: ScaffoldFacts, functional: readonly string[]): string {
  return `# Work packages: ${title}

Each package has a file in \`tasks/\`; \`tasks/README.md\` shows its form. Cut along files: packages that share none run
at the same time.

| Requirement | Delivered by |
|---|---|
${functional.map((id) => `| ${id} | [Package that delivers it] |\n`).join('')}
## WP01: [What this package delivers]

**Dependencies**: None

- [ ] T001 [First step that can be ticked off]
`;
}

/** Text of a new research.md. */
export function researchScaffold({ title }: ScaffoldFacts): string {
  return `# Research: ${title}

## [Question]

- **Answer**: [What was decided]
- **Because**: [What it rests on, with its source]
- **Not chosen**: [What else was possible, and why not]
`;
}

/** Header of a new source-register.csv. */
export const SOURCE_REGISTER = 'id,title,where,read_on,says,trust\n';

/** Text of `tasks/README.md`. */
export const TASKS_README = `# Work packages

One file per package, named \`WPnn-<slug>.md\`: YAML frontmatter, then the instructions for whoever implements it.

\`\`\`yaml
---
work_package_id: WP01
title: What this package delivers
dependencies: []
requirement_refs: [FR-001]
owned_files: ["src/area/**"]
create_intent: ["src/area/new-file.ts"]
authoritative_surface: src/area/
execution_mode: code_change
subtasks: [T001, T002]
---
\`\`\`

Packages that own a common file must depend on each other, directly or through others; they share a lane and are
worked on one after the other. Packages that share no file and do not wait for each other can run in parallel.
A package with \`execution_mode: planning_artifact\` is worked on in the main checkout, on the target branch.
\`../tasks.md\` lists the packages, each under its own \`## WPnn: title\` heading.
Status is kept in the event log, never in these files.
`;
