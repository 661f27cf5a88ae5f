/**
 * Who forecasts: from a repository with a plan, how likely the work of two packages conflicts, and whether that is enough
 * to say so. Baselines are sure either way.
 */
export function forecasters(parts) {
  return {
    'this forecast': (made) => ours(parts, made),
    'glob overlap': sure(parts.byGlobOverlap),
    'same folder': sure(parts.bySameFolder),
  };
}

/** A forecast of globs alone. */
function sure(says) {
  return async () => (a, b) => {
    const said = says(a.ownedFiles, b.ownedFiles);
    return { said, likelihood: Number(said) };
  };
}

async function ours({ forecastMission, likelyConflicts, GitForecastSource, Git }, { root, env, packages }) {
  const source = new GitForecastSource(new Git(root, env), 'refs/heads/main');
  const forecast = await forecastMission(source, packages);
  // As if each package had a lane of its own, so that all pairs are told that are likely.
  const lanes = { lanes: packages.map(({ id }) => ({ lane_id: id, wp_ids: [id] })) };
  const told = new Set(likelyConflicts(forecast, { lanes, dependencies: new Map() }));
  const byPair = new Map(forecast.map((pair) => [`${pair.a} ${pair.b}`, pair]));
  return (a, b) => {
    const pair = byPair.get(`${a.id} ${b.id}`);
    return { said: told.has(pair), likelihood: pair?.likelihood ?? 0 };
  };
}
