import type { CheckReport } from './check-mission.ts';
import { CHECK_RULES } from './check-rules.ts';

/** Which mission was checked, and by what. */
export interface SarifFacts {
  /** Directory of the mission. */
  readonly mission: string;
  readonly version: string;
}

const RULES: readonly SarifRule[] = Object.entries(CHECK_RULES)
  .map(([name, rule]) => ({ name, ...rule }))
  .toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** One rule of a tool, as code scanning lists it. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly help: string;
  readonly mend: string;
}

/** One place that breaks a rule, in a file of the mission. */
export interface SarifFinding {
  readonly ruleId: string;
  readonly severity: SarifRule['severity'];
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** Words a report as a SARIF 2.1.0 log. */
export function sarifLog({ findings }: CheckReport, facts: SarifFacts) {
  const results = findings.map(({ rule, ...place }): SarifFinding => {
    const { id: ruleId, severity } = CHECK_RULES[rule];
    return { ruleId, severity, ...place };
  });
  return sarifOf(RULES, results, facts);
}

/** Words findings of any rules as a SARIF 2.1.0 log; paths are relative to the repository, columns in UTF-16 units. */
export function sarifOf(
  rules: readonly SarifRule[],
  findings: readonly SarifFinding[],
  { mission, version }: SarifFacts,
) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'spec-kitty', semanticVersion: version, rules: rules.map(described) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ ruleId, severity, file, line, column, message }) => {
          const ruleIndex = rules.findIndex(({ id }) => id === ruleId);
          return {
            ruleId,
            ruleIndex,
            level: severity,
            message: { text: `${message} ${rules[ruleIndex]?.mend ?? ''}`.trim() },
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
          };
        }),
      },
    ],
  };
}

function described({ id, name, severity, help, mend }: SarifRule) {
  return {
    id,
    name,
    shortDescription: { text: help },
    help: { text: mend },
    defaultConfiguration: { level: severity },
  };
}
