import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dependencyGraph, graphProblems, topologicalOrder } from './dependency-graph.ts';
import { editFrontmatter } from './frontmatter/edit-frontmatter.ts';
import { parseWorkPackageFile, type WorkPackageFile } from './frontmatter/work-package-file.ts';
import { planFinalization, type FinalizationOutcome } from '../finalize/plan-finalization.ts';
import { parseWpsYaml } from './parse-wps-yaml.ts';
import { requirementCoverage, requirementRefs, specRequirements } from './requirements.ts';
import { parseTasksMd } from './tasks-md/parse-tasks-md.ts';
import { renderTasksMd } from './tasks-md/render-tasks-md.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const present = existsSync(corpus);
const corpusTest = (name: string, body: () => void) =>
  present ? test(name, body) : test.skip(`${name} (skipped: no corpus beside the repository)`);

const missions = () => readdirSync(`${corpus}/missions`).toSorted();
const expected = <T>(name: string) =>
  JSON.parse(readFileSync(`${corpus}/expected/${name}.json`, 'utf8')) as Record<string, T>;
const optional = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const file = (mission: string, name: string) => optional(`${corpus}/missions/${mission}/${name}`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function texts(mission: string): { name: string; text: string }[] {
  const folder = `${corpus}/missions/${mission}/tasks`;
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^WP\d/.test(name)) : [];
  return names.map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
}

function packages(mission: string): WorkPackageFile[] {
  return texts(mission).map(({ name, text }) => {
    const read = parseWorkPackageFile(name, text);
    if (!read.ok) throw new Error(`${mission}: ${read.problem.message}`);
    return read.file;
  });
}

function parsedValues(name: string, text: string): unknown {
  const read = parseWorkPackageFile(name, text);
  return read.ok ? read.file.frontmatter.values : read.problem;
}

const parsedDependencies = (mission: string) =>
  Object.fromEntries(
    [...parseTasksMd(file(mission, 'tasks.md') ?? '').sections]
      .map(([id, section]) => [id, section.dependencies] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

corpusTest('tasks.md: the dependencies of every mission are what the predecessor parses', () => {
  const wanted = expected<string[]>('dependencies');
  expect(Object.keys(wanted)).toHaveLength(208);
  for (const [mission, dependencies] of Object.entries(wanted)) {
    expect(parsedDependencies(mission), mission).toEqual(dependencies);
  }
  expect(sha256(JSON.stringify(parsedDependencies('079-post-555-release-hardening')))).toBe(
    'cbb48d6359f88d92c07be1d68158d14521bc7e4df03f6b2661e591ef939fd337',
  );
});

corpusTest('tasks.md: near misses are reported, and only where something looks like a declaration', () => {
  const rules: Record<string, number> = {};
  for (const mission of missions()) {
    for (const { rule } of parseTasksMd(file(mission, 'tasks.md') ?? '').warnings) {
      rules[rule] = (rules[rule] ?? 0) + 1;
    }
  }
  expect(rules).toMatchInlineSnapshot(`
    {
      "dependency-colon-in-bold": 26,
      "dependency-ids-ignored": 58,
      "dependency-label": 59,
      "dependency-list-ended": 57,
      "dependency-not-at-line-start": 104,
      "heading-level": 31,
      "heading-repeated": 4,
    }
  `);
});

corpusTest('work package files: all can be read, none has a problem', () => {
  const all = missions().flatMap(packages);
  expect(all).toHaveLength(1336);
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
  expect(all.filter(({ frontmatter }) => frontmatter.values['dependencies'] === '[]')).toHaveLength(3);
  expect(all.every(({ frontmatter }) => Array.isArray(frontmatter.dependencies))).toBe(true);
});

corpusTest(
  'the graph of every mission, from frontmatter, and its order are what the predecessor computes',
  () => {
    const wanted = expected<{ graph: Record<string, string[]>; topological: string[]; cycles: null }>(
      'graph',
    );
    expect(Object.keys(wanted)).toHaveLength(211);
    for (const [mission, { graph, topological }] of Object.entries(wanted)) {
      const nodes = dependencyGraph({ files: packages(mission), wps: undefined, tasks: undefined });
      const dependencies = new Map([...nodes].map(([id, node]) => [id, node.dependencies]));
      expect(Object.fromEntries(dependencies), mission).toEqual(graph);
      expect(topologicalOrder(dependencies), mission).toEqual(topological);
      expect(graphProblems(dependencies), mission).toEqual({ unknown: {}, self: [], cycles: [] });
    }
  },
);

corpusTest('requirements: ids of every spec are read, and nearly every mission maps all of them', () => {
  const declared = (mission: string) => specRequirements(file(mission, 'spec.md') ?? '').declared;
  expect(sha256(JSON.stringify(declared('079-post-555-release-hardening')))).toBe(
    '72b52142f613c3b5525769cd99ed9264c4caa8c4f83c445194e68a866b266059',
  );
  const totals: Record<string, number> = {};
  let unmapped = 0;
  let unknown = 0;
  let mapped = 0;
  for (const mission of missions()) {
    for (const id of declared(mission)) {
      const kind = id.replace(/-\d+$/, '');
      totals[kind] = (totals[kind] ?? 0) + 1;
    }
    const refs = packages(mission).map(
      (wp) => [wp.id, requirementRefs(wp.frontmatter.requirementRefs).refs] as const,
    );
    if (refs.every(([, list]) => list.length === 0)) continue;
    const coverage = requirementCoverage(specRequirements(file(mission, 'spec.md') ?? ''), new Map(refs));
    mapped += 1;
    if (coverage.unmappedFunctional.length > 0) unmapped += 1;
    if (Object.keys(coverage.unknownRefs).length > 0) unknown += 1;
  }
  expect({ totals, mapped, unmapped, unknown }).toMatchInlineSnapshot(`
    {
      "mapped": 190,
      "totals": {
        "C": 1261,
        "FR": 2917,
        "NFR": 943,
      },
      "unknown": 1,
      "unmapped": 2,
    }
  `);
});

corpusTest(
  'wps.yaml: every one is sound, and tasks.md written from it parses to the same dependencies',
  () => {
    const read = missions().flatMap((mission) => {
      const text = file(mission, 'wps.yaml');
      return text === undefined ? [] : [{ mission, wps: parseWpsYaml(text) }];
    });
    expect(read).toHaveLength(11);
    for (const { mission, wps } of read) {
      expect(wps.problems, mission).toEqual([]);
      const again = parseTasksMd(renderTasksMd(mission, wps.packages));
      expect(again.warnings, mission).toEqual([]);
      expect([...again.sections].map(([id, { dependencies }]) => [id, dependencies])).toEqual(
        wps.packages.map(({ id, dependencies }) => [id, dependencies]),
      );
    }
  },
);

corpusTest(
  'frontmatter: setting what is there changes nothing; setting something else changes only that',
  () => {
    for (const mission of missions()) {
      for (const { name, text } of texts(mission)) {
        const read = parseWorkPackageFile(name, text);
        if (!read.ok) throw new Error(read.problem.message);
        const { dependencies, owned_files: owned } = read.file.frontmatter.values as Record<string, string[]>;
        expect(editFrontmatter(text, { dependencies: dependencies ?? [] })).toMatchObject({
          ok: true,
          text,
          changed: [],
        });

        const edited = editFrontmatter(text, {
          owned_files: ['**/x y.md', 'src/a'],
          extra_key: 'no: value #1',
        });
        if (!edited.ok) throw new Error(`${mission} ${name}: ${edited.message}`);
        const before = /^---\n([\s\S]*?\n)?(?=owned_files:|---\n)/.exec(text)?.[0] ?? '';
        const after = text.slice(before.length).replace(/^owned_files:.*\n(?:(?:\s*- | {2,}).*\n)*/, '');
        expect(edited.text.startsWith(before), `${mission} ${name}`).toBe(true);
        const rest = edited.text.replace(/^extra_key: .*\n/m, '');
        expect(rest.slice(rest.length - after.length), `${mission} ${name}`).toBe(after);

        if (!owned) continue;
        const back = editFrontmatter(edited.text, { owned_files: owned });
        expect(back.ok && parsedValues(name, back.text), `${mission} ${name}`).toEqual({
          ...read.file.frontmatter.values,
          extra_key: 'no: value #1',
        });
      }
    }
  },
);

corpusTest(
  'finalize: every mission gets a plan or one typed refusal, and a plan leaves nothing to do again',
  () => {
    const codes: Record<string, number> = {};
    for (const mission of missions()) {
      const outcome = finalize(mission, {});
      const code = outcome.ok ? 'planned' : outcome.refusal.code;
      codes[code] = (codes[code] ?? 0) + 1;
      if (!outcome.ok) continue;
      const again = finalize(
        mission,
        Object.fromEntries(outcome.plan.edits.map(({ path, text }) => [path, text])),
      );
      expect(again.ok && again.plan.edits.map(({ path }) => path), mission).toEqual([]);
    }
    expect(codes).toMatchInlineSnapshot(`
      {
        "DEPENDENCY_CONFLICTS": 14,
        "INVALID_WP_OWNED_FILES_KITTY_SPECS": 22,
        "NO_WORK_PACKAGES": 6,
        "REQUIREMENT_MAPPING_INVALID": 18,
        "WP_SECTIONS_MISMATCH": 5,
        "planned": 147,
      }
    `);
  },
);

/** Runs the plan as if every owned file existed; `changed` replaces files of the mission. */
function finalize(mission: string, changed: Record<string, string>): FinalizationOutcome {
  const read = (name: string) => changed[name] ?? file(mission, name);
  const owned = packages(mission).flatMap(({ frontmatter }) => frontmatter.ownedFiles ?? []);
  return planFinalization({
    mission,
    meta: JSON.parse(read('meta.json') ?? '{}') as Record<string, unknown>,
    targetBranch: 'main',
    spec: read('spec.md'),
    // Not among the files of the corpus.
    plan: 'One module per step.',
    tasksMd: read('tasks.md'),
    wpsYaml: read('wps.yaml'),
    lanesJson: read('lanes.json'),
    files: texts(mission).map(({ name, text }) => ({ name, text: changed[`tasks/${name}`] ?? text })),
    progress: new Map(),
    trackedFiles: owned.map((glob) => glob.replaceAll('**', 'a').replaceAll('*', 'a')),
    computedAt: '2030-01-01T00:00:00.000000+00:00',
  });
}
