import type { AppContext } from '../../context.ts';
import { implement } from '../agent/action/implement.ts';

interface Flags {
  readonly agent?: string;
  readonly mission?: string;
  readonly json: boolean;
}

/** Claims a package for whoever is at the keyboard: the predecessor's scripts name nobody. */
export async function implementByHand(this: AppContext, flags: Flags, wp: string): Promise<void> {
  const agent = flags.agent ?? (await (await this.workspace()).person());
  await implement.call(this, { ...flags, ...(agent !== undefined && { agent }) }, wp);
}
