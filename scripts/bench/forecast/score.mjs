/** How often a yes was right, and how many of the conflicts got one. @param rows `{ said, truth }`. */
export function score(rows) {
  const right = rows.filter(({ said, truth }) => said && truth).length;
  const said = rows.filter((row) => row.said).length;
  const truth = rows.filter((row) => row.truth).length;
  const recall = truth === 0 ? undefined : right / truth;
  const precision = said === 0 ? undefined : right / said;
  const sum = (recall ?? 0) + (precision ?? 0);
  return { said, truth, right, recall, precision, f1: sum === 0 ? 0 : (2 * recall * precision) / sum };
}

/** Precision at each conflict, from the likeliest pair on; pairs that are equally likely count as what they are together. */
export function averagePrecision(rows) {
  const truth = rows.filter((row) => row.truth).length;
  let [before, right, sum] = [0, 0, 0];
  for (const likelihood of [...new Set(rows.map((row) => row.likelihood))].toSorted((a, b) => b - a)) {
    const level = rows.filter((row) => row.likelihood === likelihood);
    const found = level.filter((row) => row.truth).length;
    [before, right] = [before + level.length, right + found];
    sum += found * (right / before);
  }
  return truth === 0 ? 0 : sum / truth;
}

/** A share for people; nothing can be said of a share of none. */
export function percent(share) {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}
