import { group, type Route } from '../../command/build.ts';
import { type Loads, loadRoutes } from '../../command/load-routes.ts';

const ROUTES: Loads = {
  action: async () => (await import('./action/action.routes.ts')).actionRoutes,
  mission: async () => (await import('./mission/mission.routes.ts')).agentMissionRoutes,
  tasks: async () => (await import('./tasks/tasks.routes.ts')).tasksRoutes,
  decision: async () => (await import('./decision/decision.routes.ts')).decisionRoutes,
  issueVerdict: async () => (await import('./issue-verdict.command.ts')).issueVerdictCommand,
  status: async () => (await import('./status/status.routes.ts')).agentStatusRoutes,
  config: async () => (await import('./config/config.routes.ts')).configRoutes,
};

/** `spec-kitty agent …`: what prompts tell agents to call, and what other programs drive. */
export async function agentRoutes(rest: readonly string[]): Promise<Route> {
  return group('Commands that agents and other programs call', await loadRoutes(ROUTES, rest));
}
