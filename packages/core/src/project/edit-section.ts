import { editFrontmatter, type EditableValue } from '../planning/frontmatter/edit-frontmatter.ts';
import { parseYamlMapping } from '../planning/frontmatter/parse-yaml-mapping.ts';
import { isJsonObject, type JsonObject, sameJson } from '../status/rows/json-value.ts';

/**
 * Sets keys of a section at the top of a YAML file, such as `agents`, and leaves every other byte as it is.
 *
 * `undefined` where they are written in a way that cannot be edited line by line.
 */
export function editSection(
  text: string,
  name: string,
  values: Readonly<Record<string, EditableValue>>,
): string | undefined {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const whole = text.endsWith('\n') ? text : text + newline;
  const begun = new RegExp(`^${name}:\\s`, 'm').test(whole) ? whole : `${whole}${name}:${newline}`;
  const [head, section, rest] = cut(begun, name);
  const indent = /^ +(?=\S)/m.exec(section)?.[0] ?? '  ';
  const yaml = section.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
  const edited = editFrontmatter(`---${newline}${yaml}---${newline}`, values);
  if (!edited.ok) return undefined;
  const body = edited.text.slice(3 + newline.length, -3 - newline.length);
  const result = head + body.replaceAll(/^(?=.*\S)/gm, indent) + rest;
  return saysSo(whole, result, { name, values }) ? result : undefined;
}

/** The section is what is indented or blank below its key; a comment that is not indented ends it. */
function cut(text: string, name: string): readonly [head: string, section: string, rest: string] {
  const extent = new RegExp(`^([^]*?^${name}:[^\\n]*\\n)((?:[ \\t\\r][^\\n]*\\n|\\n)*)([^]*)$`, 'm');
  const [, head = '', section = '', rest = ''] = extent.exec(text) ?? [];
  return [head, section, rest];
}

function saysSo(
  before: string,
  after: string,
  { name, values }: { readonly name: string; readonly values: JsonObject },
): boolean {
  const old = valuesOf(before);
  const section = old[name] ?? {};
  return isJsonObject(section) && sameJson(valuesOf(after), { ...old, [name]: { ...section, ...values } });
}

/** Nothing for a text that is no YAML: editing it gives what was asked for in no case. */
function valuesOf(text: string): JsonObject {
  const parsed = parseYamlMapping(text.replace(/^\uFEFF/, ''));
  return parsed.ok ? parsed.values : {};
}
