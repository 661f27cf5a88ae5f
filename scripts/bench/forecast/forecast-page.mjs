import { averagePrecision, percent, score } from './score.mjs';

const STEPS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1];

/** The part of `docs/evidence/forecast.md` that is measured. @param rows `{ name, apart, said, likelihood, truth }`. */
export function forecastPage(rows, { seed, missions, generator, forecast, milliseconds }) {
  const own = rows.filter(({ name }) => name === 'this forecast');
  const apart = rows.filter((row) => row.apart);
  return [
    `Seed \`${seed}\`, ${missions} missions, ${own.length} pairs of packages. ${frozen(generator, forecast)}`,
    '### Every two packages, as if each had a branch of its own',
    table(rows),
    '### Packages of different execution lanes',
    table(apart),
    '### What a likelihood is worth',
    calibration(own),
    `A forecast took ${Math.round(milliseconds)} ms in the median, with Git.`,
  ].join('\n\n');
}

function frozen(generator, forecast) {
  return generator === undefined || forecast === undefined
    ? 'How old the generator is cannot be told here.'
    : `The generator is as it was at \`${generator}\`, and the forecast began at \`${forecast}\`, after it.`;
}

function table(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const lines = names.map((name) => {
    const own = rows.filter((row) => row.name === name);
    const { said, truth, right, recall, precision, f1 } = score(own);
    const cells = [
      name,
      percent(recall),
      percent(precision),
      f1.toFixed(2),
      averagePrecision(own).toFixed(2),
    ];
    return `| ${cells.join(' | ')} | ${right} of ${truth} | ${said - right} |`;
  });
  const all = rows.filter(({ name }) => name === names[0]);
  const share = percent(all.filter(({ truth }) => truth).length / all.length);
  return [
    `Of ${all.length} pairs ${share} conflict.`,
    '',
    '| | recall | precision | F1 | average precision | conflicts foreseen | false alarms |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function calibration(rows) {
  const lines = STEPS.slice(1).map((to, at) => {
    const from = STEPS[at];
    const own = rows.filter(({ likelihood }) => likelihood >= from && likelihood < to + Number(to === 1));
    const share = own.length === 0 ? undefined : own.filter(({ truth }) => truth).length / own.length;
    return `| ${from * 100}–${to * 100} % | ${own.length} | ${percent(share)} |`;
  });
  return ['| foreseen with | pairs | of them conflict |', '|---|---|---|', ...lines].join('\n');
}
