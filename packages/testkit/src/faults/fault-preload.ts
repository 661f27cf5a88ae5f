import { FaultInjector } from './injector/fault-injector.ts';
import { type FaultPlan, PLAN_VARIABLE } from './fault-plan.ts';

/** Entry for `node --require`: arms the plan that the environment holds, in this process only. */
function preload(): void {
  const plan = process.env[PLAN_VARIABLE];
  // What this process starts must not be struck as well.
  delete process.env[PLAN_VARIABLE];
  delete process.env['NODE_OPTIONS'];
  if (plan !== undefined) new FaultInjector().arm(JSON.parse(plan) as FaultPlan);
}

preload();
