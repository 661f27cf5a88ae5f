import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, proposing, switchFlag } from '../../../command/flags.ts';
import type { mapRequirements } from './map-requirements.ts';

export const mapRequirementsCommand = command<Parameters<typeof mapRequirements>[0], []>({
  brief: 'Record which requirements a work package covers',
  details:
    'Edits requirement_refs in the frontmatter of the packages named and leaves the rest of each file as it is. ' +
    'Every reference must be declared in spec.md. Commits nothing: finalize-tasks does.',
  examples: [
    'spec-kitty agent tasks map-requirements --wp WP01 --refs FR-001,FR-002',
    `spec-kitty agent tasks map-requirements --batch '{"WP01":["FR-001"],"WP02":["FR-002"]}' --replace --json`,
  ],
  parameters: {
    flags: {
      wp: { ...optionalText('Work package, such as WP03', 'WPnn'), ...proposing('packages') },
      refs: optionalText('Requirement ids, separated by commas', 'IDS'),
      batch: optionalText('Several packages at once, as a JSON object of lists', 'JSON'),
      trackerRef: optionalText('Tracker references for the packages named, separated by commas', 'REFS'),
      replace: switchFlag('Drop the references that the packages have'),
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./map-requirements.ts')).mapRequirements,
});
