import type { AppContext } from '../../context.ts';

/** Flags of a command without `json`; what an agent left out may be there as `undefined`. */
type Given<F> = {
  readonly [K in keyof Omit<F, 'json'>]: object extends Pick<F, K & keyof F>
    ? F[K & keyof F] | undefined
    : F[K & keyof F];
};

/** Runs a command and returns the document that it would print with `--json`: agents and scripts are told the same. */
export async function documentOf<F extends { readonly json: boolean }, A extends readonly unknown[]>(
  context: AppContext,
  command: (this: AppContext, flags: F, ...args: A) => Promise<void>,
  given: Given<F> & { readonly repository: string },
  ...args: A
): Promise<object> {
  const { repository: _, ...flags } = given;
  let document: unknown;
  const show: AppContext['show'] = (_json, shown) => void (document = shown);
  await command.call({ ...context, show }, { ...flags, json: true } as unknown as F, ...args);
  return document as object;
}
