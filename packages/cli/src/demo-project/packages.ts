import type { PackageScript } from './package-script.ts';
import { MONEY } from './wp01-money.ts';
import { CSV } from './wp02-csv.ts';
import { TOTALS } from './wp03-totals.ts';
import { TABLE } from './wp04-table.ts';
import { SHARES } from './wp05-shares.ts';
import { COMMAND_LINE } from './wp06-command-line.ts';

/** The work packages of the demo's mission, in the order of their ids. */
export const PACKAGES: readonly PackageScript[] = [MONEY, CSV, TOTALS, TABLE, SHARES, COMMAND_LINE];

/** Finds a package of the demo. @throws Error for an id that the mission does not have. */
export function packageScript(id: string): PackageScript {
  const found = PACKAGES.find((script) => script.id === id);
  if (found) return found;
  throw new Error(`The demo has no work package ${id}`);
}
