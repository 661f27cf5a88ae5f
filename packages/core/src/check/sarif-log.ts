import type { CheckReport } from './check-mission.ts';
import { CHECK_RULES } from './check-rules.ts';

/** Which mission was checked, and by what. */
export interface SarifFacts {
  /** Directory of the mission. */
  readonly mission: string;
  readonly version: string;
}

const RULES = Object.entries(CHECK_RULES).toSorted(([, a], [, b]) => (a.id < b.id ? -1 : 1));

/** Words a report as a SARIF 2.1.0 log; paths are relative to the repository, columns in UTF-16 units. */
export function sarifLog({ findings }: CheckReport, { mission, version }: SarifFacts) {
  const rules = RULES.map(([name, { id, severity, help, mend }]) => ({
    id,
    name,
    shortDescription: { text: help },
    help: { text: mend },
    defaultConfiguration: { level: severity },
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'spec-kitty', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ rule, file, line, column, message }) => ({
          ruleId: CHECK_RULES[rule].id,
          ruleIndex: RULES.findIndex(([name]) => name === rule),
          level: CHECK_RULES[rule].severity,
          message: { text: `${message} ${CHECK_RULES[rule].mend}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: {
                  uri: `kitty-specs/${mission}/${file}`.split('/').map(encodeURIComponent).join('/'),
                  uriBaseId: '%SRCROOT%',
                },
                ...(line === undefined
                  ? {}
                  : {
                      region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
                    }),
              },
            },
          ],
        })),
      },
    ],
  };
}
