import { quotedYaml } from '../planning/frontmatter/quoted-yaml.ts';

/** What a mission of one package is written from. */
export interface QuickFacts {
  /** As it was typed: any text at all, which is data in every file that holds it. */
  readonly request: string;
  readonly ownedFiles: readonly string[];
  /** Those of them that do not exist yet. */
  readonly createIntent: readonly string[];
}

const LONGEST_TITLE = 72;
const LONGEST_SENTENCE = 300;
const LONGEST_SLUG = 40;

/** The human part of the mission's name: the first words of its title, in letters that every file system knows. */
export function quickSlug(request: string): string {
  const plain = quickTitle(request).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  let slug = '';
  for (const word of plain.match(/[a-z0-9]+/g) ?? []) {
    const longer = slug === '' ? word.slice(0, LONGEST_SLUG) : `${slug}-${word}`;
    if (longer.length > LONGEST_SLUG) break;
    slug = longer;
  }
  return slug || 'quick-change';
}

/** The first line of the request that says something. */
export function quickTitle(request: string): string {
  const lines = request.split(/[\r\n]+/).map(oneLine);
  return shortened(lines.find((line) => /[\p{L}\p{N}]/u.test(line)) ?? oneLine(request), LONGEST_TITLE);
}

/** Every planning document of a mission with one package, by its path in the mission's folder. */
export function quickDocuments({
  request,
  ownedFiles,
  createIntent,
}: QuickFacts): Readonly<Record<string, string>> {
  const title = escaped(quickTitle(request));
  const quoted = quotation(request);
  const frontmatter = [
    'work_package_id: WP01',
    `title: ${quotedYaml(quickTitle(request))}`,
    'dependencies: []',
    'requirement_refs: [FR-001]',
    `owned_files: ${quotedYaml(ownedFiles)}`,
    ...(createIntent.length === 0 ? [] : [`create_intent: ${quotedYaml(createIntent)}`]),
    'execution_mode: code_change',
    'subtasks: []',
  ].join('\n');
  return {
    'spec.md': `# Specification: ${title}

## Functional requirements

| ID | Requirement | Accepted when |
|---|---|---|
| FR-001 | The request is met: ${escaped(shortened(oneLine(request), LONGEST_SENTENCE))} | A reviewer sees it happen, and the tests pass. |

## The request, as it was made

${quoted}
`,
    'plan.md': `# Plan: ${title}

One work package does it all; how is left to whoever implements it.
`,
    'tasks.md': `# Work packages: ${title}

## WP01: ${title}

**Dependencies**: None
`,
    [`tasks/WP01-${quickSlug(request)}.md`]: `---
${frontmatter}
---

# ${title}

Do what the request says and no more. Add a test that fails without the change where the project has tests.

${quoted}
`,
  };
}

/** In a fence and with a mark before each line, so that no line of it begins or ends anything. */
function quotation(request: string): string {
  const lines = request
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line.replaceAll(/[^\P{Cc}\t]|\p{Bidi_Control}/gu, ' ')}`.trimEnd());
  return ['~~~text', ...lines, '~~~'].join('\n');
}

/** A marker that asks for clarification is one only where somebody who plans has put it. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    .replaceAll('NEEDS CLARIFICATION', 'needs clarification')
    .trim();
}

function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~#&$]/g, String.raw`\$&`);
}
