import { group } from '../../command/build.ts';
import { implementCommand } from './action/implement.command.ts';
import { reviewCommand } from './action/review.command.ts';
import { issueVerdictCommand } from './issue-verdict.command.ts';
import { configRoutes } from './config/config.routes.ts';
import { decisionRoutes } from './decision/decision.routes.ts';
import { abandonCommand } from './mission/abandon.command.ts';
import { acceptanceVerdictCommand } from './mission/acceptance-verdict.command.ts';
import { checkPrerequisitesCommand } from './mission/check-prerequisites.command.ts';
import { createCommand } from './mission/create.command.ts';
import { finalizeTasksCommand } from './mission/finalize-tasks.command.ts';
import { graphCommand } from './mission/graph.command.ts';
import { listCommand } from './mission/list.command.ts';
import { recordAnalysisCommand } from './mission/record-analysis.command.ts';
import { setupPlanCommand } from './mission/setup-plan.command.ts';
import { doctorCommand } from './status/doctor.command.ts';
import { emitCommand } from './status/emit.command.ts';
import { materializeCommand } from './status/materialize.command.ts';
import { validateCommand } from './status/validate.command.ts';
import { addHistoryCommand } from './tasks/add-history.command.ts';
import { listDependentsCommand } from './tasks/list-dependents.command.ts';
import { listTasksCommand } from './tasks/list-tasks.command.ts';
import { mapRequirementsCommand } from './tasks/map-requirements.command.ts';
import { markStatusCommand } from './tasks/mark-status.command.ts';
import { moveTaskCommand } from './tasks/move-task.command.ts';
import { boardCommand } from './tasks/board.command.ts';
import { validateWorkflowCommand } from './tasks/validate-workflow.command.ts';

/** `spec-kitty agent …`: what prompts tell agents to call, and what other programs drive. */
export const agentRoutes = group('Commands that agents and other programs call', {
  action: group('Take a work package to implement or to review', {
    implement: implementCommand,
    review: reviewCommand,
  }),
  mission: group('Create, plan, finalize and abandon missions', {
    create: createCommand,
    setupPlan: setupPlanCommand,
    checkPrerequisites: checkPrerequisitesCommand,
    finalizeTasks: finalizeTasksCommand,
    recordAnalysis: recordAnalysisCommand,
    list: listCommand,
    graph: graphCommand,
    acceptanceVerdict: acceptanceVerdictCommand,
    abandon: abandonCommand,
  }),
  tasks: group('Show and change the state of work packages', {
    status: boardCommand,
    listTasks: listTasksCommand,
    moveTask: moveTaskCommand,
    markStatus: markStatusCommand,
    finalizeTasks: finalizeTasksCommand,
    mapRequirements: mapRequirementsCommand,
    addHistory: addHistoryCommand,
    listDependents: listDependentsCommand,
    validateWorkflow: validateWorkflowCommand,
  }),
  decision: decisionRoutes,
  issueVerdict: issueVerdictCommand,
  status: group('Read, check and extend the event log', {
    emit: emitCommand,
    materialize: materializeCommand,
    validate: validateCommand,
    doctor: doctorCommand,
  }),
  config: configRoutes,
});
