/** A value as YAML that every parser reads back as the same: JSON, which YAML includes, with nothing in it unprintable. */
export function quotedYaml(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
