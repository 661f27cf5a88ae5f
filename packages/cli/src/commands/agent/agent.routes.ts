import { group } from '../../command/build.ts';
import { implementCommand } from './action/implement.command.ts';
import { reviewCommand } from './action/review.command.ts';
import { checkPrerequisitesCommand } from './mission/check-prerequisites.command.ts';
import { createCommand } from './mission/create.command.ts';
import { finalizeTasksCommand } from './mission/finalize-tasks.command.ts';
import { listCommand } from './mission/list.command.ts';
import { setupPlanCommand } from './mission/setup-plan.command.ts';
import { moveTaskCommand } from './tasks/move-task.command.ts';

/** `spec-kitty agent …`: what prompts tell agents to call, and what other programs drive. */
export const agentRoutes = group('Commands that agents and other programs call', {
  action: group('Take a work package to implement or to review', {
    implement: implementCommand,
    review: reviewCommand,
  }),
  mission: group('Create, plan and finalize missions', {
    create: createCommand,
    setupPlan: setupPlanCommand,
    checkPrerequisites: checkPrerequisitesCommand,
    finalizeTasks: finalizeTasksCommand,
    list: listCommand,
  }),
  tasks: group('Show and change the state of work packages', {
    moveTask: moveTaskCommand,
    finalizeTasks: finalizeTasksCommand,
  }),
});
