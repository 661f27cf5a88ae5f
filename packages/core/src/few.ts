const NAMED = 5;

/** The first of many names and how many more there are, so that a sentence stays one. */
export function few(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.slice(0, NAMED).join(', ') + more;
}
