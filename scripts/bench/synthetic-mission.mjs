/** Crockford's alphabet, in which ULIDs are written. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const EPOCH = Date.UTC(2026, 0, 5, 10);
const APPROVED = { reviewer: 'reviewer', verdict: 'approved', reference: 'review' };

/**
 * Makes the planning files and the log of a mission, the same bytes every time.
 *
 * Returns `{ [path in the mission's folder]: text }`. Work packages come one after the other: the first stays planned,
 * the last is being worked on, those between are approved, with as many rejected reviews as it takes to fill the
 * log with `events` rows.
 */
export function syntheticMission({ slug, number, packages, events }) {
  const missionId = ulid(number, 0);
  const ids = Array.from({ length: packages }, (_, at) => `WP${String(at + 1).padStart(2, '0')}`);
  const rows = padded([...logRows(ids, events)], events);
  const common = { mission_id: missionId, mission_slug: slug };
  const lines = rows.map((row, at) => {
    const stamped = {
      ...row,
      event_id: ulid(number, at + 1),
      at: instant(at),
      ...('kind' in row ? {} : common),
    };
    return sortedJson(stamped);
  });
  return {
    'meta.json': `${JSON.stringify(meta(slug, missionId), null, 2)}\n`,
    'spec.md': '# Specification\n\n- **FR-001**: The export has one row per invoice.\n',
    'plan.md': '# Plan\n\nA reader, a writer and a command that joins them.\n',
    'tasks.md': ids.map((id, at) => section(id, ids[at - 1])).join('\n'),
    'status.events.jsonl': `${lines.join('\n')}\n`,
    ...Object.fromEntries(ids.map((id, at) => [`tasks/${id}-part.md`, packageFile(id, ids[at - 1])])),
  };
}

function* logRows(ids, events) {
  for (const id of ids) yield move(id, 'genesis', 'planned', 'finalize-tasks');
  const worked = ids.slice(1);
  // Opening a package takes 3 rows, approving it 3, a rejected round 3.
  const rounds = Math.max(0, Math.floor((events - ids.length - worked.length * 6) / (worked.length * 3)));
  for (const id of worked) {
    yield move(id, 'planned', 'claimed', 'worker');
    yield move(id, 'claimed', 'in_progress', 'worker');
    yield {
      kind: 'annotation',
      wp_id: id,
      actor: 'worker',
      delta: { subtasks: { [`T${id.slice(2)}1`]: 'done' } },
    };
    for (let round = 0; round < rounds; round += 1) yield* review(id, 'in_progress', 'changes_requested');
    if (id !== worked.at(-1)) yield* review(id, 'approved', 'approved');
  }
}

function padded(rows, events) {
  const note = {
    kind: 'annotation',
    wp_id: rows.at(-1).wp_id,
    actor: 'worker',
    delta: { note: 'Still at it.' },
  };
  return [...rows, ...Array.from({ length: events - rows.length }, () => note)];
}

function* review(id, to, verdict) {
  const result = { ...APPROVED, verdict };
  yield move(id, 'in_progress', 'for_review', 'worker');
  yield move(id, 'for_review', 'in_review', 'reviewer');
  const evidence = verdict === 'approved' ? { review: result } : null;
  yield { ...move(id, 'in_review', to, 'reviewer'), review_ref: 'review', review_result: result, evidence };
}

function move(id, from, to, actor) {
  return {
    wp_id: id,
    from_lane: from,
    to_lane: to,
    actor,
    evidence: null,
    execution_mode: 'worktree',
    force: false,
    policy_metadata: null,
    reason: null,
    review_ref: null,
  };
}

function meta(slug, missionId) {
  return {
    created_at: instant(0),
    friendly_name: 'Invoice export',
    mission_id: missionId,
    mission_number: null,
    mission_slug: slug,
    mission_type: 'software-dev',
    slug,
    target_branch: 'main',
    topology: 'lanes',
    vcs: 'git',
  };
}

function section(id, before) {
  const dependencies = before ? `\n**Dependencies**: ${before}\n` : '';
  return `## ${id} Part\n${dependencies}\n- [ ] T${id.slice(2)}1 Write it\n`;
}

function packageFile(id, before) {
  return `---
work_package_id: ${id}
title: Part ${id}
dependencies: [${before ?? ''}]
subtasks: [T${id.slice(2)}1]
requirement_refs: [FR-001]
execution_mode: code_change
owned_files: [src/${id.toLowerCase()}/**]
authoritative_surface: src/${id.toLowerCase()}/
---

# Part ${id}

Write the part and test it.
`;
}

function instant(seconds) {
  return new Date(EPOCH + seconds * 1000).toISOString().replace('Z', '000+00:00');
}

function ulid(mission, row) {
  return `${base32(EPOCH + row * 1000, 10)}${base32(mission, 6)}${base32(row, 10)}`;
}

function base32(value, length) {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = DIGITS[rest % 32] + text;
  return text;
}

function sortedJson(row) {
  return JSON.stringify(Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
