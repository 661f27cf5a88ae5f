import { expect, test } from 'vitest';
import { projectSlug } from './project-slug.ts';

test.each([
  ['Démo', 'demo'],
  ['De\u0301mo', 'demo'],
  ['ﬁnance Ⅳ', 'finance-iv'],
  ['My  Project_2', 'my-project-2'],
  ['--x--', 'x'],
  ['Straße', 'stra-e'],
  ['計画', 'project'],
])('%s is called %s', (name, slug) => {
  expect(projectSlug(name)).toBe(slug);
});
