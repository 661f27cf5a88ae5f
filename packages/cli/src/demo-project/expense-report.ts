import { SAMPLE } from './base-files.ts';
import type { PlannedMission } from './mission-files.ts';
import { PACKAGES } from './packages.ts';

/** The mission that the demo delivers: on two levels, as its command line needs all modules. */
export const EXPENSE_REPORT: PlannedMission = {
  slug: 'expense-report',
  friendlyName: 'Expense report',
  purpose: 'Whoever shares a household sees at a glance what was spent, and on what.',
  about: `What did we spend, and on what? \`tally\` reads the CSV file that a bank exports and prints one line for each category,
with its sum and its share of the whole:

\`\`\`sh
node bin/tally.js ${SAMPLE}
\`\`\`
`,
  requirements: [
    'Amounts are read from text and written as text, with thousands separators and refunds.',
    'Expenses are read from CSV as banks and spreadsheets write it, with quoted fields.',
    'Expenses are added up by category, the largest sum first.',
    'Results are shown as a text table whose numbers line up.',
    'Every category shows its share of the whole.',
    'A command prints the report of one file, names the line of whatever it cannot read, and has exit codes for scripts.',
  ],
  design: `Four modules know nothing of each other: \`src/money.js\`, \`src/csv.js\`, \`src/summary.js\` and \`src/table.js\`.
Amounts are whole cents everywhere between reading and writing. \`src/report.js\` puts the modules together, and
\`bin/tally.js\` is the command around it.`,
  packages: PACKAGES,
};
