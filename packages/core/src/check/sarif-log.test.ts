import { CHECK_RULES } from './check-rules.ts';
import { sarifLog } from './sarif-log.ts';
import { expect, test } from 'vitest';

const report = {
  findings: [
    {
      rule: 'requirement-unmapped' as const,
      file: 'spec.md',
      line: 4,
      message: 'No work package covers FR-002.',
    },
    { rule: 'link-dead' as const, file: 'tasks/WP01-ä b.md', line: 2, column: 7, message: 'There is no x.' },
    { rule: 'planning-open' as const, file: 'plan.md', line: undefined, message: 'There is no plan.md.' },
  ],
  coverage: [],
  totalFunctional: 0,
  mappedFunctional: 0,
};

// That SARIF's own schema allows it, the tests of `check --sarif` see.
test('a log is one run of all rules, with places that can be followed', () => {
  const log = sarifLog(report, { mission: 'pay-01KE6Z2V', version: '1.2.3-alpha.1' });
  const [run, ...more] = log.runs;
  if (!run || more.length > 0) throw new Error('There must be one run.');
  const { driver } = run.tool;
  expect(driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
  expect(driver.rules.map(({ id }) => id)).toEqual(
    Object.values(CHECK_RULES)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(run.results).toHaveLength(report.findings.length);
  for (const result of run.results) {
    expect(driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    const [location] = result.locations;
    expect(Object.keys(location ?? {})).toEqual(['physicalLocation']);
    const { artifactLocation, ...rest } = location?.physicalLocation ?? { artifactLocation: { uri: '' } };
    // A reference by RFC 3986: no space, no letter beyond ASCII, no scheme.
    expect(artifactLocation.uri).toMatch(/^[\w.~%/-]+$/);
    if ('region' in rest) {
      expect(Object.values(rest.region ?? {}).every((at) => Number.isInteger(at) && at > 0)).toBe(true);
    }
  }
});

test('a result says where, which rule, how much it weighs and how to mend it', () => {
  const { results } = sarifLog(report, { mission: 'pay-01KE6Z2V', version: '1.2.3' }).runs[0] ?? {
    results: [],
  };
  expect(results[1]).toMatchObject({
    ruleId: 'SK406',
    level: 'warning',
    message: { text: 'There is no x. Correct the path.' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: 'kitty-specs/pay-01KE6Z2V/tasks/WP01-%C3%A4%20b.md',
            uriBaseId: '%SRCROOT%',
          },
          region: { startLine: 2, startColumn: 7 },
        },
      },
    ],
  });
  expect(results[2]?.locations[0]?.physicalLocation).not.toHaveProperty('region');
});
