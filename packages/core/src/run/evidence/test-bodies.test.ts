import { expect, test } from 'vitest';
import { lostTests } from './lost-tests.ts';

test('what a runner judges by itself is not empty', () => {
  const example = 'func ExampleA() {\n\tp := P{1, 2}\n\tfmt.Println(p)\n\t// Output: {1 2}\n}\n';
  const starts = '@SpringBootTest\nclass ATests {\n  @Test\n  void contextLoads() {\n  }\n}\n';
  const found = (path: string, after: string) => lostTests([{ path, before: null, after }], '');
  expect(found('a_test.go', example)).toEqual([]);
  expect(found('a_test.go', example.replace('Output: ', ''))).toHaveLength(1);
  expect(found('ATests.java', starts)).toEqual([]);
  expect(found('ATests.java', starts.replace('@SpringBootTest', ''))).toHaveLength(1);
});
