import type { PlannedMission } from './mission-files.ts';
import type { PackagePlan } from './package-script.ts';
import { MONEY } from './wp01-money.ts';
import { CSV } from './wp02-csv.ts';
import { TOTALS } from './wp03-totals.ts';
import { TABLE } from './wp04-table.ts';
import { SHARES } from './wp05-shares.ts';

const MONTHS: PackagePlan = {
  id: 'WP06',
  slug: 'months',
  title: 'Months',
  dependencies: [],
  requirements: ['FR-006'],
  ownedFiles: ['src/months.js', 'test/months.test.js'],
  subtasks: {},
  instructions: `- \`monthOf(date)\` is the month of a date: \`"2024-02-11"\` is in \`"2024-02"\`. Anything but a date of the calendar throws a
  \`RangeError\` that quotes it.
- \`byMonth(expenses)\` returns \`[{ month, expenses }]\`, the earliest month first, by the \`date\` of each expense.

Accepted when the 29th of February exists in leap years only, and no expense is lost on the way.`,
};

/**
 * The mission of a project that is made to be worked on: six modules that know nothing of each other, so that six
 * agents can begin at once, in six lanes.
 */
export const EXPENSE_MODULES: PlannedMission = {
  slug: 'expense-modules',
  friendlyName: 'Expense modules',
  purpose: 'Whoever shares a household can find out what was spent, and on what.',
  about: `What did we spend, and on what? \`tally\` is six modules in \`src/\` that answer that from the CSV file which a bank
exports. None of them needs another one.
`,
  requirements: [
    'Amounts are read from text and written as text, with thousands separators and refunds.',
    'Expenses are read from CSV as banks and spreadsheets write it, with quoted fields.',
    'Expenses are added up by category, the largest sum first.',
    'Results are shown as a text table whose numbers line up.',
    'Every category has its share of the whole.',
    'Expenses are told apart by month.',
  ],
  design: `Six modules know nothing of each other: \`src/money.js\`, \`src/csv.js\`, \`src/summary.js\`, \`src/table.js\`,
\`src/shares.js\` and \`src/months.js\`. An expense is \`{ date, category, cents }\`, a total is \`{ name, cents }\`, and amounts
are whole cents everywhere between reading and writing.`,
  packages: [
    ...[MONEY, CSV, TOTALS, TABLE].map((wp) => ({ ...wp, subtasks: {} })),
    { ...SHARES, dependencies: [], subtasks: {}, ownedFiles: ['src/shares.js', 'test/shares.test.js'] },
    MONTHS,
  ],
};
