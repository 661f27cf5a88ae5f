import { expect, test } from 'vitest';
import { definitionsIn, isSource, symbolUses } from './source-symbols.ts';

test.each([
  [
    'a.ts',
    'export function load(a: string) {}\nexport async function* walk() {}\nexport default class Store {}\nfunction inner() {}\nexport const LIMIT = 1;\nexport type Shape = 1;\n',
    ['load', 'walk', 'Store', 'LIMIT', 'Shape'],
  ],
  ['a.mjs', 'export abstract class Base {}\n  export interface Thing {}\n', ['Base', 'Thing']],
  [
    'a.py',
    'def load():\n    def inner(): pass\nasync def fetch():\nclass Store(Base):\n',
    ['load', 'fetch', 'Store'],
  ],
  [
    'a.go',
    'func Load() {}\nfunc (s *Store) Save(x int) {}\nfunc hidden() {}\ntype Store struct {}\n',
    ['Load', 'Save', 'Store'],
  ],
  [
    'a.rs',
    'pub fn load() {}\npub(crate) async fn fetch() {}\nfn hidden() {}\npub struct Store;\n',
    ['load', 'fetch', 'Store'],
  ],
  [
    'A.java',
    'public final class Store {\n  public static List<String> loadAll(int x) {\n  private void hidden() {\n  protected int count() {\n}\n',
    ['Store', 'loadAll', 'count'],
  ],
  ['a.txt', 'export function load() {}', []],
])('%s defines what others may use', (path, text, names) => {
  expect(definitionsIn(path, text)).toEqual(names);
  expect(isSource(path)).toBe(names.length > 0);
});

test('names of few letters say nothing, and one that is defined twice counts once', () => {
  expect(
    definitionsIn('a.ts', 'export const id = 1;\nexport function load(): void;\nexport function load() {}\n'),
  ).toEqual(['load']);
});

test('who uses a name is found by the word, and one that many files define is not one thing', () => {
  const texts = new Map([
    ['a.ts', 'export function loadOrder() {}\nexport function run() {}\n'],
    ['b.ts', "import { loadOrder } from './a.ts';\nexport const main = 1;\n"],
    ['c.ts', 'export const loadOrders = main;\nexport const mine = 1;'],
    ['d.ts', 'export const main = 1;'],
    ['e.ts', 'export const main = 1;'],
  ]);
  expect(symbolUses(texts)).toEqual([{ definedIn: 'a.ts', usedIn: 'b.ts', symbols: ['loadOrder'] }]);
});
