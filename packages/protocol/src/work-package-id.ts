/** Reads a package id as people write it: `wp1`, `1`, `01`, `WP01-slug` all name `WP01`. */
export function parseWorkPackageId(text: string): string | undefined {
  const match = /^(?:wp)?(\d{1,2})(?:-[a-z0-9-]*)?$/i.exec(text.trim());
  return match?.[1] === undefined ? undefined : `WP${match[1].padStart(2, '0')}`;
}

/** Tells whether a text is a package id as stored: `WP` and exactly two digits. */
export function isWorkPackageId(text: unknown): text is string {
  return typeof text === 'string' && /^WP\d{2}$/.test(text);
}
