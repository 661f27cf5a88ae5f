import path from 'node:path';
import { expect, test } from 'vitest';
import { envelopeSchema } from '../../../testing/envelope-schema.ts';
import { KEPT_SCHEMAS } from '../../../testing/run-envelope.ts';
import { ORCHESTRATOR_COMMANDS } from './envelope.ts';

test.each([...ORCHESTRATOR_COMMANDS, 'unknown'] as const)(
  'the schema of %s is the one that is kept; a change has to be recorded with --update',
  async (command) => {
    const text = `${JSON.stringify(envelopeSchema(command), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(path.join(KEPT_SCHEMAS, `${command}.schema.json`));
  },
);
