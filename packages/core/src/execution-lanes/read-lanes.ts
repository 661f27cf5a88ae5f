import type { ExecutionLane, LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { jsonErrorPlace, type Place } from '../status/rows/json-place.ts';
import { isJsonObject, text } from '../status/rows/json-value.ts';
import { PLANNING_LANE } from './lane-ids.ts';

/** A lanes.json that could be read, or what is wrong with it. */
export type ReadLanes =
  | { readonly ok: true; readonly manifest: LanesManifest }
  | { readonly ok: false; readonly message: string; readonly place?: Place };

/**
 * Reads lanes.json, in every form ever written (L§5.1): keys of other versions are
 * kept, and planning packages that old files list only in `planning_artifact_wps` get their lane.
 */
export function readLanes(content: string): ReadLanes {
  try {
    return lanesOf(JSON.parse(content));
  } catch (error) {
    const place = jsonErrorPlace(content, error);
    const message = `lanes.json is not JSON in line ${place.line}, column ${place.column}.`;
    return { ok: false, message, place };
  }
}

function lanesOf(json: unknown): ReadLanes {
  if (!isJsonObject(json)) return { ok: false, message: 'lanes.json is not an object.' };
  const lanes = json['lanes'];
  if (!Array.isArray(lanes)) return { ok: false, message: 'lanes.json has no list of lanes.' };
  const read = lanes.map(readLane);
  if (!read.every((lane) => lane !== undefined)) {
    return { ok: false, message: 'lanes.json has a lane without lane_id or wp_ids.' };
  }
  const twice =
    duplicate(read.flatMap(({ wp_ids }) => wp_ids)) ?? duplicate(read.map(({ lane_id }) => lane_id));
  if (twice !== undefined) return { ok: false, message: `lanes.json has ${twice} more than once.` };
  const { feature_slug: legacySlug, ...rest } = json;
  const manifest: LanesManifest = {
    ...rest,
    version: 1,
    mission_slug: text(json['mission_slug'] ?? legacySlug),
    mission_id: typeof json['mission_id'] === 'string' ? json['mission_id'] : null,
    mission_branch: text(json['mission_branch']),
    target_branch: text(json['target_branch']),
    lanes: withPlanningLane(read, texts(json['planning_artifact_wps']) ?? []),
    computed_at: text(json['computed_at']),
    computed_from: text(json['computed_from']),
  };
  return { ok: true, manifest };
}

/** Finds the lane that a package is in. */
export function laneOf(manifest: LanesManifest, wp: string): ExecutionLane | undefined {
  return manifest.lanes.find(({ wp_ids }) => wp_ids.includes(wp));
}

function readLane(value: unknown): ExecutionLane | undefined {
  if (!isJsonObject(value)) return undefined;
  const { lane_id: id } = value;
  const wps = texts(value['wp_ids']);
  if (typeof id !== 'string' || wps === undefined) return undefined;
  return {
    ...value,
    lane_id: id,
    wp_ids: wps,
    write_scope: texts(value['write_scope']) ?? [],
    predicted_surfaces: texts(value['predicted_surfaces']) ?? [],
    depends_on_lanes: texts(value['depends_on_lanes']) ?? [],
    parallel_group: typeof value['parallel_group'] === 'number' ? value['parallel_group'] : 0,
  };
}

function withPlanningLane(
  lanes: readonly ExecutionLane[],
  planning: readonly string[],
): readonly ExecutionLane[] {
  const placed = new Set(lanes.flatMap(({ wp_ids }) => wp_ids));
  const missing = planning.filter((wp) => !placed.has(wp));
  if (missing.length === 0) return lanes;
  const known = lanes.find(({ lane_id }) => lane_id === PLANNING_LANE);
  if (known) {
    return lanes.map((lane) => (lane === known ? { ...lane, wp_ids: [...lane.wp_ids, ...missing] } : lane));
  }
  const lane: ExecutionLane = {
    lane_id: PLANNING_LANE,
    wp_ids: missing,
    write_scope: [],
    predicted_surfaces: ['planning'],
    depends_on_lanes: [],
    parallel_group: 0,
  };
  return [...lanes, lane];
}

function duplicate(items: readonly string[]): string | undefined {
  return items.find((item, index) => items.indexOf(item) !== index);
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
