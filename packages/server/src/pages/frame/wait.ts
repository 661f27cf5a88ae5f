import type { Short } from '../../allowances/spend.ts';

/** How long somebody has to wait who has spent an allowance, for them and for their browser. */
export function wait(
  spent: string,
  { waitS }: Short,
): { readonly text: string; readonly headers: Record<string, string> } {
  const minutes = Math.ceil(waitS / 60);
  return {
    text: `${spent} Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    headers: { 'retry-after': String(waitS) },
  };
}
