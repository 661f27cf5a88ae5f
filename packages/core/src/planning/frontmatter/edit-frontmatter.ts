import { sameJson } from '../../status/rows/json-value.ts';
import { parseYamlMapping } from './parse-yaml-mapping.ts';
import { quotedYaml } from './quoted-yaml.ts';
import { splitFrontmatter } from './split-frontmatter.ts';

/** A value that frontmatter can be given. */
export type EditableValue = string | number | boolean | readonly string[];

/** The new text, or why the frontmatter cannot be edited without touching something else. */
export type EditedFrontmatter =
  | { readonly ok: true; readonly text: string; readonly changed: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Sets the given keys in a file's frontmatter and leaves every other byte as it is: comments, order,
 * quoting, line endings, byte order mark, body. Missing keys are added at the end, in the given order.
 *
 * A key whose value is equal already is left alone. In a list, the lines of items that stay are kept;
 * comments on lines of their own inside a replaced value go with it. The result is parsed again and
 * refused unless it says exactly what was asked for.
 */
export function editFrontmatter(
  text: string,
  values: Readonly<Record<string, EditableValue>>,
): EditedFrontmatter {
  const split = splitFrontmatter(text);
  if (!split) return { ok: false, message: 'The file does not begin with YAML frontmatter.' };
  const before = parseYamlMapping(split.yaml);
  if (!before.ok) return { ok: false, message: `${before.message}.` };

  const changes = Object.entries(values).filter(([key, value]) => !sameJson(before.values[key], value));
  if (changes.length === 0) return { ok: true, text, changed: [] };
  let lines: readonly string[] = split.yaml.match(/[^\n]*\n/g) ?? [];
  for (const [key, value] of changes) {
    const { start, end } = extentOf(lines, key);
    const rendered = render(key, value, itemLines(lines.slice(start + 1, end))).map(
      (line) => `${line}${split.newline}`,
    );
    lines = [...lines.slice(0, start), ...rendered, ...lines.slice(end)];
  }
  const yaml = lines.join('');
  const after = parseYamlMapping(yaml);
  const wanted = { ...before.values, ...Object.fromEntries(changes) };
  if (!after.ok || !sameJson(after.values, wanted)) {
    return { ok: false, message: 'The frontmatter is written in a way that cannot be edited line by line.' };
  }
  return { ok: true, text: `${split.head}${yaml}${split.tail}`, changed: changes.map(([key]) => key) };
}

/** Lines of a top-level key with its value, without the blank and comment lines that lead to the next key. */
function extentOf(lines: readonly string[], key: string): { readonly start: number; readonly end: number } {
  const start = lines.findIndex((line) => keyOf(line) === key);
  if (start < 0) return { start: lines.length, end: lines.length };
  let end = start + 1;
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\s*(?:#|$)/.test(line)) continue;
    // Only an indented line, or an item of a list that is not indented, can belong to the value above.
    if (!/^(?:\s|-(?:\s|$))/.test(line)) break;
    end = index + 1;
  }
  return { start, end };
}

function keyOf(line: string): string | undefined {
  const match = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'#:[\]{},&*!|>%@`-][^:#]*?))\s*:(?=\s|$)/.exec(line);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** The lines of a list's items by their values, so that items that stay keep their quotes and comments. */
function itemLines(lines: readonly string[]): ReadonlyMap<unknown, string> {
  const items = lines.filter((line) => /^\s*-\s/.test(line)).map((line) => line.replace(/\r?\n$/, ''));
  return new Map(
    items.flatMap((line) => {
      const parsed = parseYamlMapping(`items:\n${line}`);
      const list = parsed.ok ? parsed.values['items'] : undefined;
      return Array.isArray(list) && list.length === 1 ? [[list[0], line]] : [];
    }),
  );
}

function render(key: string, value: EditableValue, items: ReadonlyMap<unknown, string>): string[] {
  if (typeof value === 'string') return [`${key}: ${yamlText(value)}`];
  if (typeof value === 'number' || typeof value === 'boolean') return [`${key}: ${value}`];
  if (value.length === 0) return [`${key}: []`];
  const indent = /^\s*/.exec([...items.values()][0] ?? '')?.[0] ?? '';
  return [`${key}:`, ...value.map((item) => items.get(item) ?? `${indent}- ${yamlText(item)}`)];
}

// Plain only where both YAML 1.1 and 1.2 read the same text back: the predecessor's parser speaks 1.1.
const PLAIN = /^(?:[A-Za-z_][\w./@+,;()=*-]*(?: [\w./@+,;()=*-]+)*|\.?[A-Za-z_][\w.-]*\/[\w./@+*-]*)$/;
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function yamlText(text: string): string {
  if (PLAIN.test(text) && !WORD.test(text)) return text;
  return quotedYaml(text);
}
