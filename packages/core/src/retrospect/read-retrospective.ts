import { parseYamlMapping } from '../planning/frontmatter/parse-yaml-mapping.ts';
import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';

/** One finding, by whichever of its keys says it. */
export interface Finding {
  readonly id: string | null;
  readonly category: string;
  readonly summary: string;
}

/** A retrospective as somebody wrote it, or on which line it cannot be read. */
export type Retrospective =
  | {
      readonly ok: true;
      readonly findingsStatus: string | null;
      readonly createdAt: string | null;
      readonly helped: readonly Finding[];
      readonly notHelpful: readonly Finding[];
      readonly gaps: readonly Finding[];
      readonly proposals: readonly Finding[];
      readonly values: JsonObject;
    }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** Reads `retrospective.yaml`; what is not there counts as empty, and a finding may be a mere text. */
export function readRetrospective(text: string): Retrospective {
  const parsed = parseYamlMapping(text);
  if (!parsed.ok) return parsed;
  const { values } = parsed;
  return {
    ok: true,
    findingsStatus: textOf(values['findings_status']),
    createdAt: textOf(values['created_at']),
    helped: findingsOf(values['helped']),
    notHelpful: findingsOf(values['not_helpful']),
    gaps: findingsOf(values['gaps']),
    proposals: findingsOf(values['proposals']),
    values,
  };
}

function findingsOf(value: unknown): readonly Finding[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): readonly Finding[] => {
    if (typeof item === 'string') return [{ id: null, category: 'other', summary: item }];
    if (!isJsonObject(item)) return [];
    const summary = textOf(item['summary']) ?? textOf(item['description']) ?? textOf(item['title']) ?? '';
    return [{ id: textOf(item['id']), category: textOf(item['category']) ?? 'other', summary }];
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
