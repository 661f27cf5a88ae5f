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

/** The members that SARIF 2.1.0 knows, of the objects that we write; it forbids all others. */
const KNOWN: Readonly<Record<string, readonly [required: readonly string[], optional: readonly string[]]>> = {
  sarifLog: [
    ['version', 'runs'],
    ['$schema', 'inlineExternalProperties', 'properties'],
  ],
  run: [['tool'], ['results', 'columnKind', 'artifacts', 'invocations', 'originalUriBaseIds', 'properties']],
  toolComponent: [['name'], ['version', 'semanticVersion', 'informationUri', 'rules', 'properties']],
  reportingDescriptor: [
    ['id'],
    ['name', 'shortDescription', 'fullDescription', 'help', 'helpUri', 'defaultConfiguration', 'properties'],
  ],
  result: [['message'], ['ruleId', 'ruleIndex', 'level', 'locations', 'partialFingerprints', 'properties']],
  artifactLocation: [[], ['uri', 'uriBaseId', 'index', 'description', 'properties']],
  region: [[], ['startLine', 'startColumn', 'endLine', 'endColumn', 'snippet', 'message', 'properties']],
};

function members(kind: string, value: object): void {
  const [required, optional] = KNOWN[kind] ?? [[], []];
  const names = Object.keys(value);
  expect(
    required.filter((name) => !names.includes(name)),
    kind,
  ).toEqual([]);
  expect(
    names.filter((name) => ![...required, ...optional].includes(name)),
    kind,
  ).toEqual([]);
}

test('the log has the form of SARIF 2.1.0', () => {
  const log = sarifLog(report, { mission: 'pay-01KE6Z2V', version: '1.2.3-alpha.1' });
  members('sarifLog', log);
  expect(log.version).toBe('2.1.0');
  const [run, ...more] = log.runs;
  if (!run || more.length > 0) throw new Error('There must be one run.');
  members('run', run);
  expect(['utf16CodeUnits', 'unicodeCodePoints']).toContain(run.columnKind);
  const { driver } = run.tool;
  members('toolComponent', driver);
  expect(driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
  expect(driver.rules.map(({ id }) => id)).toEqual(
    Object.values(CHECK_RULES)
      .map(({ id }) => id)
      .toSorted(),
  );
  for (const rule of driver.rules) {
    members('reportingDescriptor', rule);
    expect(['none', 'note', 'warning', 'error']).toContain(rule.defaultConfiguration.level);
  }
  expect(run.results).toHaveLength(report.findings.length);
  for (const result of run.results) {
    members('result', result);
    expect(driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    const [location] = result.locations;
    expect(Object.keys(location ?? {})).toEqual(['physicalLocation']);
    const { artifactLocation, ...rest } = location?.physicalLocation ?? { artifactLocation: { uri: '' } };
    members('artifactLocation', artifactLocation);
    // A reference by RFC 3986: no space, no letter beyond ASCII, no scheme.
    expect(artifactLocation.uri).toMatch(/^[\w.~%/-]+$/);
    if ('region' in rest) {
      members('region', rest.region ?? {});
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
