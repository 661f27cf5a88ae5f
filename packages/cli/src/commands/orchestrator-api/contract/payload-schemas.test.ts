import { expect, test } from 'vitest';
import { envelopeSchema } from '../../../testing/envelope-schema.ts';
import { keptSchema } from '../../../testing/kept-schemas.ts';
import { ORCHESTRATOR_COMMANDS } from './envelope.ts';

test.each([...ORCHESTRATOR_COMMANDS, 'unknown'] as const)(
  'the schema of %s is the one that is kept; a change has to be recorded with --update',
  async (command) => {
    const text = `${JSON.stringify(envelopeSchema(command), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(keptSchema(`orchestrator-api ${command}`));
  },
);
