/** A package as far as the length of what hangs on it goes. */
export interface Dependent {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * How many packages the longest chain has that begins with each package: what hangs on most of the rest comes first.
 *
 * A cycle, which no finalized plan has, ends where it comes back to itself.
 */
export function chainLengths(packages: readonly Dependent[]): ReadonlyMap<string, number> {
  const dependents = new Map<string, string[]>(packages.map(({ id }) => [id, []]));
  for (const { id, dependencies } of packages)
    for (const needed of dependencies) dependents.get(needed)?.push(id);
  const lengths = new Map<string, number>();
  const open = new Set<string>();
  const lengthOf = (id: string): number => {
    const known = lengths.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return 0;
    open.add(id);
    const longest = Math.max(0, ...(dependents.get(id) ?? []).map(lengthOf));
    open.delete(id);
    lengths.set(id, longest + 1);
    return longest + 1;
  };
  for (const { id } of packages) lengthOf(id);
  return lengths;
}
