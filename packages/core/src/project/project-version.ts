const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?:[-.]?(alpha|a|beta|b|rc)[-.]?(\d*))?/;
/** What comes before a version itself, in order; ours and the predecessor's ways of writing it. */
const BEFORE = ['a', 'b', 'r'];

/** The version that a project says it has been brought to, by the text of `.kittify/metadata.yaml`. */
export function projectVersion(text: string): string | undefined {
  return /^spec_kitty:(?:[ \t\r]*\n[ \t]+[^\n]*)*?\n[ \t]+version:[ \t]*["']?([^\s"']+)/m.exec(text)?.[1];
}

/** Whether a version comes after another; not where one of them says nothing that can be compared. */
export function isNewerVersion(version: string, than: string): boolean {
  const [one, other] = [partsOf(version), partsOf(than)];
  const index = one.findIndex((part, at) => part !== other[at]);
  return index !== -1 && (one[index] ?? 0) > (other[index] ?? Infinity);
}

function partsOf(version: string): readonly number[] {
  const found = VERSION.exec(version);
  if (!found) return [];
  const [, major, minor, patch, stage, count] = found;
  const rank = stage === undefined ? BEFORE.length : BEFORE.indexOf(stage.charAt(0));
  return [Number(major), Number(minor), Number(patch), rank, Number(count ?? 0)];
}
