import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isMissionId } from '../mission/resolve-handle.ts';
import { adoptedMeta, type FoundMission } from './adopt-meta.ts';

const ID = '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C';
const sources = {
  taken: new Set<string>(),
  digest: (text: string) => createHash('sha256').update(text).digest('hex'),
};
const found = (meta: object | string, more: Partial<FoundMission> = {}): FoundMission => ({
  directory: '001-first',
  text: typeof meta === 'string' ? meta : JSON.stringify(meta),
  log: '',
  ...more,
});
const idOf = (mission: FoundMission, taken = sources.taken) =>
  (JSON.parse(adoptedMeta(mission, { ...sources, taken }) ?? '{}') as { mission_id?: string }).mission_id;

test.each([
  ['has an id', { mission_id: ID }],
  ['has something else there', { mission_id: 'x' }],
  ['has a number there', { mission_id: 7 }],
  ['is no object', '[]'],
  ['is no JSON', '{'],
])('a mission that %s is left alone', (_, meta) => {
  expect(adoptedMeta(found(meta), sources)).toBeUndefined();
});

test('the log knows the id; one that says nothing valid does not', () => {
  const log = `{"actor": "x", "mission_id": "${ID}"}\n`;
  expect(idOf(found({}, { log }))).toBe(ID);
  expect(idOf(found({}, { log: log.replace(ID, '../..') }))).toBe(idOf(found({})));
});

test('else it is computed: the same each time, other for another name or time, beginning with the time of creation', () => {
  const created = { created_at: '2026-01-05T10:00:00+00:00' };
  const id = idOf(found(created)) ?? '';
  expect([isMissionId(id), idOf(found(created))]).toEqual([true, id]);
  expect(id.startsWith('01KE6')).toBe(true);
  expect(idOf(found(created, { directory: '002-second' }))).not.toBe(id);
  expect(idOf(found({}))).toMatch(/^0{10}/);
  expect(idOf(found({ created_at: 'yesterday' }))).toMatch(/^0{10}/);
  const other = idOf(found(created), new Set([id.slice(0, 8)])) ?? '';
  expect([isMissionId(other), other.slice(0, 8) === id.slice(0, 8)]).toEqual([true, false]);
});

test('a directory that ends in the beginning of an id gets an id that begins so', () => {
  expect(idOf(found({}, { directory: 'new-01KE6Z2W' }))).toMatch(/^01KE6Z2W.{18}$/);
  expect(idOf(found({}, { directory: 'new-ZZZZZZZZ' }))).toMatch(/^0{10}/);
});

test('everything else in the file stays, in the form of the predecessor', () => {
  expect(adoptedMeta(found({ slug: 'ä', deliverables_path: 'docs/', mission_id: null }), sources)).toMatch(
    /^\{\n {2}"deliverables_path": "docs\/",\n {2}"mission_id": "0[^"]+",\n {2}"slug": "ä"\n\}\n$/,
  );
});
