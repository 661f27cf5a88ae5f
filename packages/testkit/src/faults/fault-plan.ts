/** A part of what a program does: from the call that puts a file in its place to the one that opens another. */
export interface Stretch {
  /** Regular expressions for their paths. */
  readonly since: string;
  readonly until: string;
}

/** Where a fault strikes: at the n-th call that changes something outside the process, counted from 1. */
export interface FaultPoint {
  readonly at: number;
  /** Only calls within it are counted; all unless given. */
  readonly within?: Stretch | undefined;
  /** `torn`: half of a write is done; the same as `after` for every other call. */
  readonly phase: 'before' | 'after' | 'torn';
}

/** A fault that happens inside the process under test; none of it is known to the product. */
export type FaultPlan =
  /** Counts only. */
  | { readonly kind: 'none'; readonly within?: Stretch }
  /** SIGKILL to this process, or to its group with every program it has started. */
  | (FaultPoint & { readonly kind: 'kill'; readonly target: 'process' | 'group' })
  /** The same without a real process: this call and every later one fails, so nothing after the point has an effect. */
  | (FaultPoint & { readonly kind: 'crash' })
  /**
   * The power goes: a crash after which everything written and not synced is gone, too. A point beyond the last call is
   * the moment after the answer.
   */
  | (FaultPoint & { readonly kind: 'power-cut' })
  /** The disk refuses: this one call, or from here on every call that needs what is missing. */
  | (FaultPoint & {
      readonly kind: 'errno';
      readonly code: 'ENOSPC' | 'EDQUOT' | 'EIO' | 'EROFS' | 'EPERM';
      readonly lasting: boolean;
    })
  /** The n-th start of Git goes wrong. */
  | (Omit<FaultPoint, 'phase'> & { readonly kind: 'git'; readonly how: GitFault; readonly delayMs: number })
  /** Somebody else does something at this point, while the product is between two calls. */
  | (FaultPoint & { readonly kind: 'meanwhile' });

/** `refused`: exits with 128 without doing anything. The others die by SIGKILL: at once, at the very end, or on the way. */
export type GitFault = 'refused' | 'killed-at-once' | 'killed-at-end' | 'killed-on-the-way';

/** Name of the variable by which a plan reaches the preload; the product never reads it. */
export const PLAN_VARIABLE = 'SPEC_KITTY_TESTKIT_FAULT';
