import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mergeMission } from '@spec-kitty/core/merge/merge-mission';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli } from '../../testing/run-cli.ts';
import { runEnvelope } from '../../testing/run-envelope.ts';
import { possibleCodes } from './contract/contract-code.ts';
import { ORCHESTRATOR_COMMANDS } from './contract/envelope.ts';

const POLICY = `--policy=${JSON.stringify({
  orchestrator_id: 'conductor',
  orchestrator_version: '1.0.0',
  agent_family: 'claude',
  approval_mode: 'supervised',
  sandbox_mode: 'workspace_write',
  network_mode: 'none',
  dangerous_flags: [],
})}`;

/** WP01 is worked on by claude; WP02 waits for it, and somebody's repository is where the worktree of WP03 would be. */
const begun = new MissionWorld();
/** The one package is approved. */
const approved = new MissionWorld();
const clis = new Map<MissionWorld, CliWorld>();
const seen = new Set<string>();

beforeAll(async () => {
  await begun.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'], dependencies: ['WP01'] },
    { id: 'WP03', owns: ['src/c.js'] },
  ]);
  await begun.claim('WP01');
  for (const lane of ['lane-b', 'lane-c']) begun.repository.git('init', '--quiet', begun.lane(lane));
  await approved.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await approved.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  approved.save();
  for (const world of [begun, approved]) clis.set(world, cliWorld(world.repository));
});
afterAll(() => {
  begun.dispose();
  approved.dispose();
});

async function call(world: MissionWorld, argv: readonly string[], cwd = world.repository.root) {
  const answer = await runEnvelope(clis.get(world) as CliWorld, argv, { cwd });
  if (answer.error_code !== null) seen.add(answer.error_code);
  return answer;
}

const about = (line: string, ...more: string[]) => [...line.split(' '), '--mission', 'pay', ...more];
const own = { mission_id: begun.missionId, mission_slug: begun.directory };
const nobody = { mission_id: null, mission_slug: null, mission_number: null, mission_type: null };

test.each<[string, string[], string, object]>([
  ['no such package', about('resolve-workspace --wp WP09'), 'WP_NOT_FOUND', { wp_id: 'WP09', ...own }],
  [
    'no policy',
    about('start-implementation --wp WP01 --actor claude'),
    'POLICY_METADATA_REQUIRED',
    { hints: [expect.stringContaining('orchestrator_id')] },
  ],
  [
    'a policy that cannot be used',
    about('start-review --wp WP01 --actor codex', '--policy={}'),
    'POLICY_VALIDATION_FAILED',
    { problems: expect.arrayContaining(['dangerous_flags is not a list of texts.']) },
  ],
  [
    'somebody else has it',
    about('start-implementation --wp WP01 --actor codex', POLICY),
    'WP_ALREADY_CLAIMED',
    {
      claimed_by: 'claude',
      requesting_actor: 'codex',
      hints: [expect.stringContaining('`spec-kitty orchestrator-api transition --mission ')],
      ...own,
    },
  ],
  [
    'a dependency that is not approved',
    about('start-implementation --wp WP02 --actor codex', POLICY),
    'DEPENDENCIES_NOT_SATISFIED',
    { wp_id: 'WP02', unsatisfied_dependencies: ['WP01'] },
  ],
  [
    'a worktree that cannot be made',
    about('start-implementation --wp WP03 --actor codex', POLICY),
    'LANE_ALLOCATION_FAILED',
    { wp_id: 'WP03', reason: expect.stringContaining('lane-'), cause_code: 'NOT_A_LANE_WORKTREE' },
  ],
  [
    'review without a commit, whatever the caller says',
    about(
      'transition --wp WP01 --to for_review --actor claude --subtasks-complete --implementation-evidence-present',
      POLICY,
    ),
    'TRANSITION_REJECTED',
    { cause_code: 'NO_COMMITS' },
  ],
  [
    'review of what the caller calls unfinished',
    about('transition --wp WP01 --to for_review --actor claude --no-subtasks-complete', POLICY),
    'TRANSITION_REJECTED',
    { cause_code: 'SUBTASKS_OPEN' },
  ],
  [
    'review of what the caller calls not implemented',
    about('transition --wp WP01 --to for_review --actor claude --no-implementation-evidence-present', POLICY),
    'TRANSITION_REJECTED',
    { cause_code: 'NO_COMMITS', message: 'The caller says that WP01 is not implemented.' },
  ],
  [
    'an edge that does not exist',
    about('transition --wp WP02 --to done --actor claude'),
    'TRANSITION_REJECTED',
    { cause_code: 'LANE_EDGE_FORBIDDEN' },
  ],
  [
    'evidence that is no JSON',
    about('transition --wp WP01 --to done --actor claude --evidence-json {'),
    'USAGE_ERROR',
    { cause_code: 'OPTION_INVALID' },
  ],
  [
    'an unfinished mission',
    about('accept-mission --actor ada'),
    'MISSION_NOT_READY',
    { incomplete_wps: ['WP01', 'WP02', 'WP03'] },
  ],
  [
    'a merge of an unfinished mission',
    about('merge-mission'),
    'PREFLIGHT_FAILED',
    {
      target_branch: 'main',
      errors: [expect.stringContaining('not ready')],
      cause_code: 'MISSION_NOT_READY',
    },
  ],
  ['another target', about('merge-mission --target develop'), 'PREFLIGHT_FAILED', { target_branch: 'main' }],
  [
    'a push',
    about('merge-mission --push'),
    'PREFLIGHT_FAILED',
    { errors: ['Spec Kitty never pushes; nothing was merged.'] },
  ],
  [
    'no such strategy',
    about('merge-mission --strategy octopus'),
    'UNSUPPORTED_STRATEGY',
    { strategy: 'octopus', supported: ['merge', 'squash', 'rebase'] },
  ],
  [
    'no such mission',
    ['mission-state', '--mission', 'none'],
    'MISSION_NOT_FOUND',
    { handle: 'none', ...nobody },
  ],
  [
    'an orchestrator that is too old',
    ['contract-version', '--provider-version', '0.0.9'],
    'CONTRACT_VERSION_MISMATCH',
    { provider_version: '0.0.9', min_supported_provider_version: '0.1.0', api_version: '1.3.0' },
  ],
])('%s', async (_, argv, code, data) => {
  expect(await call(begun, argv)).toMatchObject({ exitCode: 1, error_code: code, data });
});

test.each<[string, string[], string]>([
  ['no command', [], 'unknown'],
  ['an unknown command', ['feature-state'], 'unknown'],
  ['an option in place of a command', ['--json'], 'unknown'],
  ['an option that is missing', ['transition', '--mission', 'pay'], 'transition'],
  ['an option of before the renaming', ['mission-state', '--feature', 'pay'], 'mission-state'],
  ['an empty note', about('append-history --wp WP01 --actor ada', '--note='), 'append-history'],
  ['the other spelling', ['missionState'], 'mission-state'],
])('%s is a usage error', async (_, argv, command) => {
  expect(await call(begun, argv)).toMatchObject({
    exitCode: 2,
    error_code: 'USAGE_ERROR',
    command: `orchestrator-api.${command}`,
  });
});

test.each(['0.1.0', '0.1.3', '1.0.0', 'v2.0.0-rc.1'])(
  'an orchestrator of version %s is served',
  async (version) => {
    const answer = await call(begun, ['contract-version', '--provider-version', version]);
    expect(answer).toMatchObject({ exitCode: 0, data: { api_version: '1.3.0', ...nobody } });
  },
);

test('a handle that names two missions lists them, and a folder without a repository has none', async () => {
  const other = `${begun.folder.slice(0, -8)}01KE6Z2W`;
  cpSync(path.join(begun.repository.root, begun.folder), path.join(begun.repository.root, other), {
    recursive: true,
  });
  const answer = await call(begun, about('list-ready'));
  renameSync(path.join(begun.repository.root, other), path.join(begun.repository.base, 'moved'));
  expect(answer).toMatchObject({ error_code: 'MISSION_AMBIGUOUS_SELECTOR', exitCode: 1, data: nobody });
  expect(answer.data['candidates']).toHaveLength(2);
  const outside = await call(begun, about('list-ready'), begun.repository.base);
  expect(outside).toMatchObject({ error_code: 'STATUS_READ_PATH_NOT_FOUND', exitCode: 1 });
});

test('a mission that cannot be accepted or noted about says why', async () => {
  const { repository, folder } = approved;
  const file = (name: string) => path.join(repository.root, name);
  const accept = () => call(approved, about('accept-mission --actor ada'));

  renameSync(file(`${folder}/plan.md`), file('plan.md'));
  expect(await accept()).toMatchObject({
    error_code: 'WORKFLOW_EVIDENCE_REQUIRED',
    data: { required_evidence_path: `${folder}/plan.md` },
  });
  renameSync(file('plan.md'), file(`${folder}/plan.md`));
  repository.git('switch', '--quiet', '--create', 'aside');
  expect(await accept()).toMatchObject({ error_code: 'SAFE_COMMIT_HEAD_MISMATCH' });
  repository.git('switch', '--quiet', 'main');
  writeFileSync(file('.git/MERGE_HEAD'), `${repository.git('rev-parse', 'HEAD')}\n`);
  expect(await accept()).toMatchObject({ error_code: 'SAFE_COMMIT_GENERIC' });
  approved.restore();
  mkdirSync(file('.git/info'), { recursive: true });
  writeFileSync(file('.git/info/exclude'), 'kitty-specs\n');
  repository.git('rm', '--cached', '-r', '--quiet', folder);
  expect(await accept()).toMatchObject({ error_code: 'SAFE_COMMIT_PATH_POLICY' });

  approved.restore();
  await approved.accept();
  await approved.merge();
  expect(await call(approved, about('append-history --wp WP01 --actor ada', '--note', 'late'))).toMatchObject(
    {
      error_code: 'HISTORY_COMMIT_FAILED',
      data: { cause_code: 'MISSION_MERGED' },
    },
  );
});

test('a mission that waits for its pull request is not merged past it', async () => {
  approved.restore();
  await approved.accept();
  await mergeMission(await approved.workspace(), approved.mergeRequest({ destination: 'branch' }));
  const { repository, directory } = approved;
  const refs = repository.git('for-each-ref');
  expect(await call(approved, about('merge-mission'))).toMatchObject({
    exitCode: 1,
    error_code: 'PREFLIGHT_FAILED',
    data: {
      cause_code: 'PROPOSAL_OPEN',
      branch: `kitty/mission-${directory}`,
      target_branch: 'main',
      errors: [expect.stringContaining('is proposed on')],
      hints: expect.arrayContaining([expect.stringContaining('merge --landed')]),
    },
  });
  expect(repository.git('for-each-ref')).toBe(refs);
  repository.git('merge', '--quiet', '--squash', `kitty/mission-${directory}`);
  repository.commit('Landed', {});
  const landed = await runCli(clis.get(approved) as CliWorld, ['merge', '--landed']);
  expect(landed.exitCode).toBe(0);
  expect(await call(approved, about('merge-mission'))).toMatchObject({ exitCode: 0, data: { merged: true } });
});

test('every code was seen; an interruption and a bug are no answers of a command', () => {
  const possible = new Set(ORCHESTRATOR_COMMANDS.flatMap((command) => possibleCodes(command)));
  expect([...possible].filter((code) => !seen.has(code)).toSorted()).toEqual([
    'INTERNAL_ERROR',
    'INTERRUPTED',
  ]);
});

test('help is for people', async () => {
  const { stdout, exitCode } = await runCli(cliWorld(begun.repository), [
    'orchestrator-api',
    'transition',
    '--help',
  ]);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('USAGE')]);
});
