import { CORE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import { isJsonObject, type JsonObject } from '../../status/rows/json-value.ts';

/** A YAML document whose root is a mapping, or what is wrong with it. */
export type YamlMapping =
  | { readonly ok: true; readonly values: JsonObject }
  | {
      readonly ok: false;
      /** Counted from 1 within the YAML text. */
      readonly line: number;
      readonly message: string;
    };

// The predecessor writes no aliases; more than a few only serve to blow a reader up.
const MAX_ALIASES = 16;

/**
 * Parses one YAML 1.2 document without custom tags; a key given twice and a root that is no mapping
 * are errors. An empty document is an empty mapping.
 */
export function parseYamlMapping(text: string): YamlMapping {
  try {
    const documents = loadAll(text, { schema: CORE_SCHEMA, maxAliases: MAX_ALIASES });
    const values = documents[0] ?? {};
    if (documents.length > 1) return { ok: false, line: 1, message: 'There is more than one YAML document' };
    if (!isJsonObject(values))
      return { ok: false, line: 1, message: 'The YAML is not a mapping of keys to values' };
    return { ok: true, values };
  } catch (error) {
    // The parser's manual says that hostile input can raise any error, so all of them are the input's fault.
    const { reason, line } =
      error instanceof YAMLException
        ? { reason: error.reason, line: error.mark?.line ?? 0 }
        : { reason: 'unreadable', line: 0 };
    return { ok: false, line: line + 1, message: `The YAML is not valid: ${reason}` };
  }
}
