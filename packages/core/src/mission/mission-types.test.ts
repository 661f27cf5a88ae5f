import { expect, test } from 'vitest';
import { documentSteps, MISSION_TYPES, missionType } from './mission-types.ts';

const SPEC = { 'spec.md': '| FR-001 | It adds numbers. |\n' };
const PLAN = { 'plan.md': 'It is a library.\n' };

function openStep(type: string, files: Readonly<Record<string, string>>): string | undefined {
  const known = missionType(type);
  const store = {
    read: (name: string) => files[name],
    list: (folder: string) =>
      Object.keys(files).flatMap((name) =>
        name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1)] : [],
      ),
  };
  return known && documentSteps(known, store).find(({ lack }) => lack !== undefined)?.id;
}

test('L§6.3: the steps of each type, in order', () => {
  expect(
    Object.fromEntries(MISSION_TYPES.map(({ id, steps }) => [id, steps.map((step) => step.id).join(' ')])),
  ).toEqual({
    'software-dev': 'specify plan tasks implement review accept',
    research: 'scoping methodology gathering synthesis output accept',
    documentation: 'discover audit design generate validate publish accept',
    plan: 'specify research plan review',
  });
});

test('without a type a mission is one of software, and an unknown type is none', () => {
  expect(missionType(undefined)?.id).toBe('software-dev');
  expect(missionType('audit')).toBeUndefined();
});

const register = (rows: number) => `where,when\n${'https://example.org,2026\n'.repeat(rows)}`;

test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
  ['software-dev', {}, 'specify'],
  ['software-dev', SPEC, 'plan'],
  ['software-dev', { ...SPEC, ...PLAN }, undefined],
  ['research', {}, 'scoping'],
  ['research', { ...SPEC, ...PLAN }, 'gathering'],
  ['research', { ...SPEC, ...PLAN, 'source-register.csv': register(2) }, 'gathering'],
  ['research', { ...SPEC, ...PLAN, 'source-register.csv': `${register(2)},,\n \n` }, 'gathering'],
  ['research', { ...SPEC, ...PLAN, 'source-register.csv': register(3) }, 'synthesis'],
  [
    'research',
    { ...SPEC, ...PLAN, 'source-register.csv': register(3), 'findings.md': '# Findings\n' },
    'synthesis',
  ],
  [
    'research',
    { ...SPEC, ...PLAN, 'source-register.csv': register(3), 'findings.md': 'It is so.' },
    'output',
  ],
  ['documentation', SPEC, 'audit'],
  ['documentation', { ...SPEC, 'gap-analysis.md': 'None.', ...PLAN }, 'generate'],
  ['documentation', { ...SPEC, 'gap-analysis.md': 'None.', ...PLAN, 'docs/a.txt': 'text' }, 'generate'],
  ['documentation', { ...SPEC, 'gap-analysis.md': 'None.', ...PLAN, 'docs/a.md': '# Title\n' }, 'generate'],
  ['documentation', { ...SPEC, 'gap-analysis.md': 'None.', ...PLAN, 'docs/a.md': 'text' }, 'validate'],
  ['plan', { ...SPEC, ...PLAN }, 'research'],
  ['plan', { ...SPEC, ...PLAN, 'research.md': 'It is so.' }, undefined],
])('L§6.4: %s with %j needs %s', (type, files, wanted) => {
  expect(openStep(type, files)).toBe(wanted);
});

test('what a step lacks is said with its file', () => {
  const research = missionType('research');
  const lacks = (files: Readonly<Record<string, string>>) =>
    research &&
    documentSteps(research, { read: (name) => files[name], list: () => [] }).map(({ lack }) => lack);
  expect(lacks({ 'findings.md': '# F\n', 'source-register.csv': '' })).toEqual([
    'There is no spec.md.',
    'There is no plan.md.',
    'source-register.csv has 0 of at least 3 sources.',
    'findings.md is still a scaffold.',
    'There is no report.md.',
  ]);
});
