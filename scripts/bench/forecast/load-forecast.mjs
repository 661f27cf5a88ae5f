import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../../repository-root.mjs';

const ENTRY = `
export { makeScenario } from '@spec-kitty/testkit/forecast/make-scenario';
export { conflictsBetween, importHistory } from '@spec-kitty/testkit/forecast/true-conflicts';
export { byGlobOverlap, bySameFolder } from '@spec-kitty/testkit/forecast/forecast-baselines';
export { forecastMission } from '@spec-kitty/core/run/forecast/forecast-mission';
export { likelyConflicts } from '@spec-kitty/core/run/forecast/likely-conflicts';
export { GitForecastSource } from '@spec-kitty/local/run/forecast/git-forecast-source';
export { Git } from '@spec-kitty/local/git/git';
export { computeLanes } from '@spec-kitty/core/execution-lanes/compute-lanes';
`;

/** Loads the generator, the baselines and the forecast, which are TypeScript: Node 20 does not run it by itself. */
export async function loadForecast() {
  const folder = path.join(ROOT, 'node_modules', '.cache', 'testkit', `forecast-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const [input, file] = [path.join(folder, 'entry.ts'), path.join(folder, 'entry.mjs')];
  writeFileSync(input, ENTRY);
  const bundler = await rolldown({
    input,
    platform: 'node',
    external: ['fs-native-extensions'],
    logLevel: 'silent',
  });
  try {
    await bundler.write({ file, format: 'esm', codeSplitting: false });
    return await import(file);
  } finally {
    await bundler.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
