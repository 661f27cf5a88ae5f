/** A number with its noun, as in "1 file" and "2 files"; for nouns that take a plain s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Chooses the form of a word that goes with one thing, or with any other number of them. */
export function numbered(things: { readonly length: number }, one: string, others: string): string {
  return things.length === 1 ? one : others;
}
