import { expect, test } from 'vitest';
import { requirementCoverage, requirementRefs, specRequirements } from './requirements.ts';

test.each([
  ['| FR-001 | text |', 'FR-001'],
  ['| **NFR-2** | text |', 'NFR-2'],
  ['  | ~~C-003~~ | gone |', 'C-003'],
  ['### FR-004: Title', 'FR-004'],
  ['- FR-005: text, see FR-006', 'FR-005'],
  ['1. **FR-007** text', 'FR-007'],
  ['**fr-008 — Title.** text', 'FR-008'],
])('%j declares %s', (line, id) => {
  expect(specRequirements(`# Spec\n${line}\n`).declared).toEqual([id]);
});

test.each([
  'As FR-001 says',
  'FR-001 must hold',
  '| text | FR-001 |',
  '| FR-001 text | x |',
  '## About FR-001',
  '- see FR-001',
])('%j declares nothing: it is bare prose in a spec without declarations', (line) => {
  expect(specRequirements(line)).toEqual({ declared: [], functional: [], bareProse: ['FR-001'] });
  expect(specRequirements(`${line}\n- C-001`)).toEqual({
    declared: ['C-001'],
    functional: [],
    bareProse: [],
  });
});

test('references are read from texts of any form; SC ids are dropped', () => {
  expect(requirementRefs(['fr-001, NFR-02', 'FR-001 (part)', 'SC-003', 'XFR-9'])).toEqual({
    refs: ['FR-001', 'NFR-02'],
    dropped: ['SC-003'],
  });
});

test('coverage: packages without references, unknown references, functional requirements nobody covers', () => {
  const spec = specRequirements('- FR-001\n- FR-002\n- FR-003\n- C-001\n');
  const refs = new Map([
    ['WP01', ['FR-001', 'C-001']],
    ['WP02', []],
    ['WP03', ['FR-002', 'FR-009', 'C-009']],
  ]);
  expect(requirementCoverage(spec, refs)).toEqual({
    packagesWithoutRefs: ['WP02'],
    unknownRefs: { WP03: ['C-009', 'FR-009'] },
    unmappedFunctional: ['FR-003'],
    bareProse: [],
    totalFunctional: 3,
    mappedFunctional: 2,
  });
});

test('a spec without requirements asks for no references, but one that is given must exist', () => {
  const spec = specRequirements('# A small thing\n');
  expect(requirementCoverage(spec, new Map([['WP01', []]]))).toMatchObject({
    packagesWithoutRefs: [],
    unknownRefs: {},
  });
  expect(requirementCoverage(spec, new Map([['WP01', ['FR-001']]])).unknownRefs).toEqual({
    WP01: ['FR-001'],
  });
});
