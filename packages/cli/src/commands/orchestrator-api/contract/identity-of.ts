import { missionNumber } from '@spec-kitty/core/mission/mission-number';
import type { Mission } from '@spec-kitty/core/ports/mission-store';

/** Which mission a document is about, for programs. */
export function identityOf({ directory, missionId, meta }: Mission) {
  return {
    mission_id: missionId,
    // The directory's name, whatever handle found it (L§10.4).
    mission_slug: directory,
    mission_number: String(missionNumber(meta) ?? ''),
    mission_type: meta.mission_type ?? '',
  };
}
