import { parseManifest } from '@spec-kitty/core/agents/command-manifest';
import { checkMission } from '@spec-kitty/core/check/check-mission';
import { decisionEntries, readDecisionIndex } from '@spec-kitty/core/decisions/decision-index';
import { globPattern } from '@spec-kitty/core/execution-lanes/glob-pattern';
import { globsIntersect, matchesGlob } from '@spec-kitty/core/execution-lanes/globs-intersect';
import { readLanes } from '@spec-kitty/core/execution-lanes/read-lanes';
import { Fault } from '@spec-kitty/core/fault';
import { SOUND } from '@spec-kitty/core/finalize/testing/sound-mission';
import { readAcceptanceMatrix } from '@spec-kitty/core/matrices/acceptance-matrix';
import { readIssueMatrixJson, readIssueTable } from '@spec-kitty/core/matrices/issue-matrix';
import { readDecisions } from '@spec-kitty/core/mission/decisions';
import { resolveHandle } from '@spec-kitty/core/mission/resolve-handle';
import { nextCycle } from '@spec-kitty/core/move/reject-package';
import { parseInstant } from '@spec-kitty/core/parse-instant';
import { parseWorkPackageFile } from '@spec-kitty/core/planning/frontmatter/work-package-file';
import { parseWpsYaml } from '@spec-kitty/core/planning/parse-wps-yaml';
import { parseTasksMd } from '@spec-kitty/core/planning/tasks-md/parse-tasks-md';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import { charterContext } from '@spec-kitty/core/project/charter';
import { parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { readRetrospective } from '@spec-kitty/core/retrospect/read-retrospective';
import { decodeLog } from '@spec-kitty/core/status/rows/decode-log';
import { reduce } from '@spec-kitty/core/status/reduce';
import { commitsOf } from '@spec-kitty/local/git/commit-of';
import type { Git } from '@spec-kitty/local/git/git';
import { listBranches } from '@spec-kitty/local/git/list-branches';
import { listWorktrees } from '@spec-kitty/local/git/list-worktrees';
import { treeChanges, treeRenames } from '@spec-kitty/local/git/tree-changes';
import { checkoutState } from '@spec-kitty/local/lanes/checkout-state';
import { parseMeta } from '@spec-kitty/local/missions/parse-meta';
import { listBackups } from '@spec-kitty/local/recovery/backups';
import { readPolicy } from '../../packages/cli/src/commands/orchestrator-api/contract/policy.ts';
import { parseReviewResult } from '../../packages/cli/src/commands/agent/status/review-json.ts';

/** One format that is read from a repository or from a command line. */
export interface FuzzedParser {
  /** Reads a text; what it throws must be a Fault. */
  readonly read: (text: string) => unknown;
  /** Pieces of the format, put together in every order. */
  readonly pieces: readonly string[];
  /** Part of the long texts' length that is enough, where a reader reads them several times. */
  readonly share?: number;
  /**
   * Whether what is wrong with a text says where: asked for the result, or for the Fault. Formats without lines, and
   * readers that leave out what they cannot read, have none.
   */
  readonly placed?: (result: unknown) => boolean;
}

const JSON_PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  'null',
  '1e999',
  '-',
  '"__proto__":',
  '{"a":1}',
  '\n',
];
const YAML_PIECES = [
  '- ',
  ': ',
  '&a ',
  '*a ',
  '!!js/function ',
  '<<: ',
  '|\n',
  '>\n',
  "'",
  '{',
  '[',
  '? ',
  '#',
  '%YAML',
  '\n',
  '  ',
];
const MARKDOWN_PIECES = [
  '# ',
  '## ',
  '- [ ] ',
  '- [x] ',
  '|',
  '`',
  '```\n',
  '~~~',
  '**',
  '](',
  '[',
  '<!--',
  '-->',
  '\n',
  '    ',
  '\t',
];

/** A fault or a finding with a file and a line, in its details or in its text. */
function placed(result: unknown): boolean {
  if (!(result instanceof Fault)) return true;
  return typeof result.details['line'] === 'number' || /\bline \d+|:\d+/.test(result.message);
}

function allPlaced(findings: readonly { readonly line?: number | undefined }[]): boolean {
  return findings.every(({ line }) => line === undefined || (Number.isInteger(line) && line > 0));
}

const mission = (text: string) =>
  ({ directory: 'pay', missionId: 'x', files: { read: () => text, list: () => [] } }) as unknown as Mission;

const MISSIONS = [
  { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', directory: 'pay-01KE6Z2V' },
  { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0D', directory: '007-pay-later' },
];

const ROW =
  '{"event_id":"01KE6Z2V3M8Q4T5X6Y7Z8A9B0C","at":"2026-01-05T10:00:00+00:00","actor":"a","wp_id":"WP01","from_lane":"planned","to_lane":"claimed","feature_slug":"x","execution_mode":"worktree","force":false,"reason":null,"review_ref":null,"evidence":null}';

/** Readers by the name of their folder in `corpus/`. */
export const PARSERS: Readonly<Record<string, FuzzedParser>> = {
  'event-log': {
    read: (text) => {
      const rows = decodeLog([{ text, file: 'status.events.jsonl' }]);
      return reduce(rows);
    },
    pieces: [
      ...JSON_PIECES,
      ROW,
      '"event_id":',
      '"to_lane":"approved"',
      '"type":"x"',
      '"event_type":"x"',
      '"subtasks":{"T001":"done"}',
      '<<<<<<< x\n',
    ],
    placed,
  },
  'tasks-md': {
    read: parseTasksMd,
    pieces: [
      ...MARKDOWN_PIECES,
      'WP01',
      '## WP02: x\n',
      '**Dependencies**: ',
      'Depends on WP01',
      'T001',
      ', ',
      'WP01-WP99',
    ],
    placed: (result) => allPlaced((result as ReturnType<typeof parseTasksMd>).warnings),
  },
  'wps-yaml': {
    read: parseWpsYaml,
    pieces: [
      ...YAML_PIECES,
      'work_packages:\n',
      '- id: WP01\n',
      '  - id: WP01\n',
      '  - {id: WP02, title: [x]}\n',
      '  title: [x]\n',
      '  dependencies: {}\n',
      '  owned_files: 1\n',
    ],
    placed: (result) => allPlaced((result as ReturnType<typeof parseWpsYaml>).problems),
  },
  frontmatter: {
    read: (text) => parseWorkPackageFile('WP01-x.md', text),
    pieces: [
      ...YAML_PIECES,
      '---\n',
      '---',
      'work_package_id: WP02\n',
      'dependencies: [',
      'owned_files:\n',
      '\r\n',
      '\uFEFF',
    ],
    placed: (result) => {
      const read = result as ReturnType<typeof parseWorkPackageFile>;
      return read.ok || (read.problem.line ?? 0) > 0;
    },
  },
  'meta-json': {
    read: (text) => parseMeta(Buffer.from(text), 'meta.json'),
    placed: (result) => !(result instanceof Fault) || !/is not JSON/.test(result.message) || placed(result),
    pieces: [...JSON_PIECES, '"target_branch":', '"main"', '"--x"', '"mission_id":', '/', '.', '@{'],
  },
  'lanes-json': {
    read: readLanes,
    placed: (result) => {
      const read = result as ReturnType<typeof readLanes>;
      return read.ok || read.place === undefined || (read.place.line > 0 && read.place.column > 0);
    },
    pieces: [
      ...JSON_PIECES,
      '"lanes":',
      '"lane_id":"lane-a"',
      '"wp_ids":["WP01"]',
      '"depends_on_lanes":',
      '{"lanes":[{"lane_id":"lane-a","wp_ids":["WP01"]}]}',
    ],
  },
  'config-yaml': {
    read: parseProjectConfig,
    pieces: [
      ...YAML_PIECES,
      'validation:\n',
      '  command: ',
      '["a"]\n',
      'workspace:\n',
      '  copy: 1\n',
      'agents: x\n',
      'merge:\n',
    ],
    placed: (result) => !(result instanceof Fault) || placed(result) || / at |mapping/.test(result.message),
  },
  manifest: { read: parseManifest, pieces: [...JSON_PIECES, '"files":', '"path":', '"sha256":', '"../x"'] },
  'acceptance-matrix': {
    read: readAcceptanceMatrix,
    pieces: [...JSON_PIECES, '"criteria":', '"negative_invariants":', '"criterion_id":"x"', '"pass_fail":'],
    placed: (result) =>
      'line' in (result as object) || 'criteria' in (result as object) || (result as { ok: boolean }).ok,
  },
  'issue-matrix-json': {
    read: readIssueMatrixJson,
    pieces: [...JSON_PIECES, '"issues":', '"rows":', '"verdict":'],
  },
  'issue-matrix-md': {
    read: readIssueTable,
    pieces: [
      ...MARKDOWN_PIECES,
      '| Issue | Verdict |\n',
      '|---|---|\n',
      '| #1 | fixed |\n',
      String.raw`\|`,
      ':-:',
    ],
  },
  'decision-index': {
    read: (text) => [readDecisions(text), decisionEntries(readDecisionIndex(mission(text)))],
    pieces: [...JSON_PIECES, '"entries":', '"decision_id":"x"', '"options":', '<<<<<<< x\n'],
    placed,
  },
  retrospective: {
    read: readRetrospective,
    pieces: [...YAML_PIECES, 'findings:\n', 'helped:\n', 'proposals: [', 'mission:\n'],
  },
  charter: {
    read: (text) => charterContext(text, 'implement'),
    pieces: [...MARKDOWN_PIECES, '## Implement\n', '## Testing\n', '---\n'],
  },
  handle: {
    read: (text) => resolveHandle(text, () => MISSIONS),
    pieces: ['01KE6Z2V', 'pay', '-', '007', '/', '..', '*', '\0', '\u202E', '(', '\\', 'kitty-specs/'],
  },
  glob: {
    read: (text) => {
      const [one = '', other = ''] = text.split('\n');
      globPattern(one);
      return [globsIntersect(one, other), globsIntersect(other, one), matchesGlob(other, one)];
    },
    pieces: [
      '*',
      '**',
      '/',
      '?',
      '{',
      '}',
      ',',
      '[',
      ']',
      '!',
      'a',
      'ab',
      '\\',
      '.',
      '\n',
      '**/',
      '{a,b}',
      '*a',
    ],
  },
  'planning-documents': {
    read: (text) =>
      checkMission({
        plan: { ...SOUND, spec: text, plan: text, tasksMd: text },
        files: { read: () => text, list: () => [] },
        unreadable: [],
        exists: () => true,
      }),
    share: 1 / 8,
    pieces: [
      ...MARKDOWN_PIECES,
      'FR-001',
      '- FR-001: ',
      'NFR-1',
      'SC-001',
      'NEEDS CLARIFICATION',
      ': ',
      '[a b]',
      'Given',
      'AC-1',
      '](x.md)',
      'Total ',
      '**Testing**: ',
    ],
    placed: (result) => allPlaced((result as ReturnType<typeof checkMission>).findings),
  },
  instant: {
    read: parseInstant,
    pieces: ['2026-01-05', 'T', '10:00:00', '.123456', '+00:00', 'Z', '-', '99', ' '],
  },
  policy: {
    read: (text) => readPolicy(text, 'claimed'),
    pieces: [
      ...JSON_PIECES,
      '"orchestrator_id":',
      '"dangerous_flags":',
      '"api_key":"x"',
      '"X-Auth-Token"',
      'aA',
    ],
  },
  'review-result': {
    read: parseReviewResult,
    pieces: [...JSON_PIECES, '"verdict":', '"approved"', '"reviewer":', '"reference":'],
  },
  'git-output': {
    read: async (text) => {
      const git: Git = {
        directory: import.meta.dirname,
        records: () => Promise.resolve(text.split('\0')),
        lines: () => Promise.resolve(text.split('\n').filter((line) => line !== '')),
        attempt: () => Promise.resolve({ exitCode: 0, stdout: text }),
        at: () => git,
      } as unknown as Git;
      return [
        await checkoutState(git),
        await commitsOf(git, ['HEAD']),
        await listBackups(git),
        await listBranches(git),
        await listWorktrees(git),
        await treeChanges(git, 'a', 'b'),
        await treeRenames(git, 'a', 'b', []),
      ];
    },
    pieces: [
      '\0',
      'worktree /x',
      'branch refs/heads/x',
      'bare',
      'prunable ',
      ':100644 000000 ',
      'abc',
      ' ',
      '\t',
      '\n',
      'M',
      'R100',
      '# branch.head main',
      '? ',
      'u UU N... 100644 100644 100644 100644 a b c ',
      'commit ',
      'refs/heads/kitty/x',
      'refs/spec-kitty/backup/x/y@{1767607200}\0abc\n',
    ],
  },
  'review-cycles': {
    read: (text) => {
      const names = text.split('\n');
      return { names, next: nextCycle(names) };
    },
    pieces: ['review-cycle-', '.md', '\n', '1', '0', '9007199254740991', '1e9', '-', 'feedback'],
    // The next one must overwrite none of them.
    placed: (result) => {
      const { names, next } = result as { readonly names: readonly string[]; readonly next: number };
      return Number.isSafeInteger(next) && !names.includes(`review-cycle-${next}.md`);
    },
  },
};
