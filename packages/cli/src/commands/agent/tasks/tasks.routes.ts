import { group } from '../../../command/build.ts';
import { finalizeTasksCommand } from '../mission/finalize-tasks.command.ts';
import { addHistoryCommand } from './add-history.command.ts';
import { boardCommand } from './board.command.ts';
import { listDependentsCommand } from './list-dependents.command.ts';
import { listTasksCommand } from './list-tasks.command.ts';
import { mapRequirementsCommand } from './map-requirements.command.ts';
import { markStatusCommand } from './mark-status.command.ts';
import { moveTaskCommand } from './move-task.command.ts';
import { validateWorkflowCommand } from './validate-workflow.command.ts';

export const tasksRoutes = group('Show and change the state of work packages', {
  status: boardCommand,
  listTasks: listTasksCommand,
  moveTask: moveTaskCommand,
  markStatus: markStatusCommand,
  finalizeTasks: finalizeTasksCommand,
  mapRequirements: mapRequirementsCommand,
  addHistory: addHistoryCommand,
  listDependents: listDependentsCommand,
  validateWorkflow: validateWorkflowCommand,
});
