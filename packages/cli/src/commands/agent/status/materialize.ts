import { counted } from '@spec-kitty/core/counted';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import type { Snapshot } from '@spec-kitty/protocol/snapshot';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly mission?: string;
  readonly json: boolean;
}

/** Brings the checkout's projection up to date; `--json` prints exactly the text of `status.json`. */
export async function materialize(this: AppContext, { mission: handle, json }: Flags): Promise<void> {
  const workspace = await this.workspace();
  const mission = await workspace.missions.open(handle);
  requireCheckedOut(mission, await workspace.branch());
  const { statusJson, changed } = await workspace.log.materialize(mission, 'materialize');
  const snapshot = JSON.parse(statusJson) as Snapshot;
  const root = `kitty-specs/${mission.directory}`;
  this.show(json, snapshot, () => {
    const what = `${counted(snapshot.event_count, 'event')}, ${counted(Object.keys(snapshot.work_packages).length, 'work package')}`;
    return changed.length === 0
      ? `${root}/status.json is up to date: ${what}.`
      : `Wrote ${changed.map((name) => `${root}/${name}`).join(' and ')}: ${what}.`;
  });
}
