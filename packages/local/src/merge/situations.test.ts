import type { Integration } from '@spec-kitty/core/ports/integration';
import { MERGE_STRATEGIES, type MergeStrategy } from '@spec-kitty/core/project/merge-strategy';
import {
  importSituations,
  type ImportedSituation,
} from '@spec-kitty/testkit/merge-situations/import-situations';
import { MERGE_SITUATIONS } from '@spec-kitty/testkit/merge-situations/merge-situations';
import { readTree } from '@spec-kitty/testkit/merge-situations/read-tree';
import type { MergeOutcome, Situation } from '@spec-kitty/testkit/merge-situations/situation';
import { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Git } from '../git/git.ts';
import { findRepository } from '../repository/repository.ts';
import { buildMerge } from './build-merge.ts';
import { TreeWriter } from './tree-writer.ts';

const repository = new TempRepository();
const git = new Git(repository.root, repository.env);
let trees: TreeWriter;
let made: ReadonlyMap<Situation, ImportedSituation>;
beforeAll(async () => {
  trees = new TreeWriter(await findRepository(repository.root), repository.env);
  made = importSituations(repository, MERGE_SITUATIONS);
});
afterAll(() => repository.dispose());

function found(situation: Situation): ImportedSituation {
  const one = made.get(situation);
  if (!one) throw new Error(situation.name);
  return one;
}

async function merged(situation: Situation, strategy: MergeStrategy): Promise<MergeOutcome | string> {
  const { branch: target, commits } = found(situation);
  const lanes = situation.lanes.map((laneId) => {
    const commit = commits[laneId] ?? '';
    return { laneId, packages: ['WP01'], commit, base: null, reviewed: [{ wp: 'WP01', commit }] };
  });
  const messages = { mission: 'pay', laneMessage: () => 'lane', squashMessage: () => 'squash' };
  let integration: Integration;
  try {
    integration = await buildMerge(git, trees, {
      target,
      tip: commits['target'] ?? '',
      lanes,
      strategy,
      proposal: null,
      ...messages,
    });
  } catch (error) {
    return (error as { code: string }).code;
  }
  const conflicts = integration.lanes
    .flatMap((lane) => lane.conflicts)
    .map(({ lane, kind, path }) => `${lane}: ${kind} ${path}`)
    .toSorted();
  return conflicts.length > 0 ? { conflicts } : { files: readTree(repository, integration.merged) };
}

/** What Git's own merges in the checkout come to, one lane after the other; conflicts without their kind. */
function mergedByGit(situation: Situation): unknown {
  const conflicts: string[] = [];
  const { commits } = found(situation);
  for (const lane of situation.lanes) {
    try {
      repository.git('merge', '--quiet', '--no-edit', commits[lane] ?? '');
    } catch {
      const paths = repository
        .git('diff', '--name-only', '--diff-filter=U', '-z')
        .split('\0')
        .filter(Boolean);
      if (paths.length === 0) return 'refused';
      // Where two entries need one name, Git gives one of them another.
      const known = new Set(paths.map((path) => path.replace(/~(?:HEAD|[0-9a-f]{40})$/, '')));
      conflicts.push(...[...known].map((path) => `${lane}: ${path}`));
      repository.git('reset', '--quiet', '--hard');
    }
  }
  if (conflicts.length > 0) return { conflicts: conflicts.toSorted() };
  return { files: readTree(repository, 'HEAD') };
}

function withoutKinds(outcome: MergeOutcome): unknown {
  if ('refused' in outcome) return 'refused';
  if ('files' in outcome) return { files: outcome.files };
  const short = outcome.conflicts.map((text) =>
    text.replace(/^(\w+): (?:distinct types|file location|[\w/]+) /, '$1: '),
  );
  return { conflicts: short.toSorted() };
}

test.each(MERGE_SITUATIONS)('$name', async (situation) => {
  // Git reads .gitattributes from the checkout.
  repository.git('checkout', '--quiet', '--force', '--detach', found(situation).branch);
  const results = await Promise.all(MERGE_STRATEGIES.map((strategy) => merged(situation, strategy)));
  const { outcome } = situation;
  const wanted = 'refused' in outcome ? outcome.refused : outcome;
  expect(results).toEqual(MERGE_STRATEGIES.map(() => wanted));
  expect(mergedByGit(situation), 'git merge').toEqual(withoutKinds(situation.git ?? situation.outcome));
});
