import { quotedYaml } from '../planning/frontmatter/quoted-yaml.ts';
import { missionNumber } from '../mission/mission-number.ts';
import { DEFAULT_TYPE } from '../mission/mission-types.ts';
import { targetBranch } from '../mission/target-branch.ts';
import type { Mission } from '../ports/mission-store.ts';
import type { Lesson, Lessons } from './find-lessons.ts';

/** What stands in a retrospective beside its findings. */
export interface RetrospectiveFacts {
  readonly mission: Pick<Mission, 'directory' | 'missionId' | 'meta'>;
  /** ISO time. */
  readonly at: string;
  readonly by: string;
  readonly version: string;
  /** `provenance` of the ones that this replaces, oldest first. */
  readonly history: readonly unknown[];
}

/** Whether there is anything to learn. */
export function findingsStatus({ notHelpful, helped, gaps }: Lessons): 'has_findings' | 'ran_no_findings' {
  return notHelpful.length + helped.length + gaps.length > 0 ? 'has_findings' : 'ran_no_findings';
}

/** Text of `retrospective.yaml` (L§9.8), each finding on a line with the id of what proves it. */
export function retrospectiveText(lessons: Lessons, facts: RetrospectiveFacts): string {
  const { mission, at, by, version, history } = facts;
  const { directory, missionId, meta } = mission;
  const evidence: unknown[] = [];
  const path = `kitty-specs/${directory}/status.events.jsonl`;
  const findings = (prefix: string, found: readonly Lesson[]) =>
    found.map(({ category, summary, events }, index) => {
      const refs = events.length === 0 ? [] : [`E${evidence.length + 1}`];
      if (refs[0] !== undefined)
        evidence.push({ id: refs[0], kind: 'event_range', path, range: events.join(' ') });
      return { id: `${prefix}${index + 1}`, category, summary, evidence_refs: refs };
    });
  const keys = {
    schema_version: '1',
    mission_id: missionId,
    mission_slug: directory,
    mission_number: missionNumber(meta),
    friendly_name: meta.friendly_name ?? directory,
    mission_type: meta.mission_type ?? DEFAULT_TYPE,
    target_branch: targetBranch(meta),
    created_at: at,
    created_by: { kind: 'human', id: by, display: by },
    provenance: {
      kind: 'explicit_create',
      invoked_at: at,
      policy_resolved_from: {},
      command: 'spec-kitty retrospect create',
    },
    policy_source: {},
    findings_status: findingsStatus(lessons),
    helped: findings('H', lessons.helped),
    not_helpful: findings('N', lessons.notHelpful),
    gaps: findings('G', lessons.gaps),
    proposals: [],
    evidence_refs: evidence,
    generator_version: version,
    provenance_history: history,
  };
  return Object.entries(keys)
    .map(([key, value]) =>
      Array.isArray(value) && value.length > 0
        ? `${key}:\n${value.map((item) => `  - ${quotedYaml(item)}\n`).join('')}`
        : `${key}: ${quotedYaml(value)}\n`,
    )
    .join('');
}
