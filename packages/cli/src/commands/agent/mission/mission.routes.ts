import { group } from '../../../command/build.ts';
import { abandonCommand } from './abandon.command.ts';
import { acceptanceVerdictCommand } from './acceptance-verdict.command.ts';
import { checkPrerequisitesCommand } from './check-prerequisites.command.ts';
import { createCommand } from './create.command.ts';
import { finalizeTasksCommand } from './finalize-tasks.command.ts';
import { graphCommand } from './graph.command.ts';
import { listCommand } from './list.command.ts';
import { recordAnalysisCommand } from './record-analysis.command.ts';
import { setupPlanCommand } from './setup-plan.command.ts';

export const agentMissionRoutes = group('Create, plan, finalize and abandon missions', {
  create: createCommand,
  setupPlan: setupPlanCommand,
  checkPrerequisites: checkPrerequisitesCommand,
  finalizeTasks: finalizeTasksCommand,
  recordAnalysis: recordAnalysisCommand,
  list: listCommand,
  graph: graphCommand,
  acceptanceVerdict: acceptanceVerdictCommand,
  abandon: abandonCommand,
});
