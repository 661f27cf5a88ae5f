import { ROLES, type Role } from '../database/schema.ts';

/** Whether one role may do what another one is needed for. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

/** Whether somebody may make somebody else this, or take it from them: only owners may touch owners. */
export function mayGive(giver: Role, role: Role): boolean {
  return isAtLeast(giver, 'admin') && (role !== 'owner' || giver === 'owner');
}

/** What programs without a person may be allowed to. */
export const SCOPES = ['team.read', 'audit.read'] as const;
export type Scope = (typeof SCOPES)[number];
