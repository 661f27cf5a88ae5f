import { group } from '../../../command/build.ts';
import { doctorCommand } from './doctor.command.ts';
import { emitCommand } from './emit.command.ts';
import { materializeCommand } from './materialize.command.ts';
import { validateCommand } from './validate.command.ts';

export const agentStatusRoutes = group('Read, check and extend the event log', {
  emit: emitCommand,
  materialize: materializeCommand,
  validate: validateCommand,
  doctor: doctorCommand,
});
