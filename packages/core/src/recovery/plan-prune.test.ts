import { expect, test } from 'vitest';
import { planPrune } from './plan-prune.ts';
import { recoveredBranches } from './recovered-branches.ts';
import type { Backup, TrashEntry, TrashRecord } from './recoverable.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

function entry(id: string, days: number, lane = 'lane-a'): TrashEntry {
  const record: TrashRecord = {
    version: 1,
    folder: `pay-${lane}`,
    reason: 'merged',
    removed_at: '',
    mission_id: 'M',
    lane_id: lane,
    admin: 'x',
    branch: 'b',
    commit: 'c',
  };
  return { id, path: `/${id}`, removedAtMs: NOW - days * DAY, record, complete: true };
}

function backup(name: string, days: number | null, missionId = 'M'): Backup {
  const id = `${missionId}/${name}`;
  const madeAtMs = days === null ? null : NOW - days * DAY;
  return { ref: `refs/spec-kitty/backup/${id}`, id, missionId, name, commit: 'c', subject: 's', madeAtMs };
}

function plan(trash: readonly TrashEntry[], backups: readonly Backup[], more: object = {}) {
  const facts = { trash, backups, nowMs: NOW, olderThanDays: 30, merging: new Set<string>(), ...more };
  const planned: Readonly<Record<string, readonly { readonly id: string }[]>> = { ...planPrune(facts) };
  return Object.fromEntries(Object.entries(planned).map(([key, list]) => [key, list.map(({ id }) => id)]));
}

test('exactly what is as old as asked goes, and nothing younger', () => {
  const trash = [entry('old', 30), entry('young', 29.999, 'lane-b')];
  const backups = [backup('lane-a', 30), backup('lane-c', 29.999), backup('lane-d', null)];
  expect(plan(trash, backups)).toEqual({
    trash: ['old'],
    backups: ['M/lane-a'],
    needed: [],
    undated: ['M/lane-d'],
  });
  expect(plan(trash, backups, { olderThanDays: 0 })).toMatchObject({
    trash: ['old', 'young'],
    backups: ['M/lane-a', 'M/lane-c'],
  });
});

test('a worktree that stays keeps the backups of its lane, and a merge under way those of its mission', () => {
  const old = ['lane-a', 'lane-a-uncommitted', 'lane-a-0123456789ab', 'lane-aa', 'target'].map((name) =>
    backup(name, 90),
  );
  expect(plan([entry('young', 1)], old)).toMatchObject({
    needed: ['M/lane-a', 'M/lane-a-uncommitted', 'M/lane-a-0123456789ab'],
    backups: ['M/lane-aa', 'M/target'],
  });
  expect(plan([], [...old, backup('target', 90, 'N')], { merging: new Set(['M']) })).toMatchObject({
    backups: ['N/target'],
  });
});

test('a lane comes back by its name; what has none is set apart', () => {
  const names = (name: string, directory?: string) =>
    recoveredBranches({ missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', name }, directory);
  expect(names('lane-a', 'pay')).toEqual(['kitty/mission-pay-lane-a', 'recovered/pay-lane-a']);
  expect(names('target', 'pay')).toEqual(['recovered/pay-target']);
  expect(names('lane-a-uncommitted', 'pay')).toEqual(['recovered/pay-lane-a-uncommitted']);
  expect(names('lane-a')).toEqual(['recovered/01KE6Z2V-lane-a']);
});
