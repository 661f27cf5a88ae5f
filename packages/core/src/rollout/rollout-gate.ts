import { isSwitchedOn } from './is-switched-on.ts';

/** Groups of commands that are there only where the rollout is on; `auth`, `teamspace` and `doctor` always are. */
export const GATED_GROUPS = ['tracker', 'sync'] as const;

/** Name of a group of commands behind the rollout gate. */
export type GatedGroup = (typeof GATED_GROUPS)[number];

/** Whether this machine takes part in the hosted service (A§9.1): a matter of its environment, never of a repository. */
export function isHostedSyncEnabled(env: Readonly<Record<string, string | undefined>>): boolean {
  return isSwitchedOn(env['SPEC_KITTY_ENABLE_SAAS_SYNC']);
}

/** Which gated groups a program has that starts with this environment; the others are unknown commands. */
export function gatedGroups(env: Readonly<Record<string, string | undefined>>): readonly GatedGroup[] {
  return isHostedSyncEnabled(env) ? GATED_GROUPS : [];
}
