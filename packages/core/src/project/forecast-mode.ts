/** What a run does about conflicts that are foreseen: nothing, telling them, or never working on both packages at once. */
export const FORECAST_MODES = ['off', 'warn', 'serialise'] as const;

/** One of {@link FORECAST_MODES}. */
export type ForecastMode = (typeof FORECAST_MODES)[number];

/** Tells whether a value names a mode. */
export function isForecastMode(value: unknown): value is ForecastMode {
  return FORECAST_MODES.some((mode) => mode === value);
}
