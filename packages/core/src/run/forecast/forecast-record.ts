import { Fault } from '../../fault.ts';
import type { MissionView } from '../../ports/mission-view.ts';
import type { PairForecast } from './forecast-conflicts.ts';
import type { ForecastSource } from './forecast-source.ts';
import { forecastView } from './forecast-view.ts';

/** What was foreseen when a run began; a resumed one keeps to it. */
export interface ForecastRecord {
  readonly kind: 'forecast_made';
  readonly pairs: readonly PairForecast[];
  /** Why nobody could look into the past; `null` where somebody could. */
  readonly failed: string | null;
}

/** Makes a forecast to write down; one that cannot be made keeps no run from starting. */
export async function forecastRecord(
  sourceAt: (base: string) => ForecastSource,
  view: MissionView,
): Promise<ForecastRecord> {
  try {
    return { kind: 'forecast_made', pairs: await forecastView(sourceAt, view), failed: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: 'forecast_made', pairs: [], failed: error.message };
  }
}
