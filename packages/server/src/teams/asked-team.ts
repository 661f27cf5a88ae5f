import type { Role } from '../database/schema.ts';

/** The team that a request is about, and what whoever asks is in it. */
export interface AskedTeam {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly role: Role;
}
