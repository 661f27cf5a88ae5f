import { counted } from '@spec-kitty/core/counted';
import { Fault } from '@spec-kitty/core/fault';
import { mapRequirements as writeMapping, type Mapping } from '@spec-kitty/core/finalize/map-requirements';
import type { AppContext } from '../../../context.ts';

interface Flags {
  readonly wp?: string;
  readonly refs?: string;
  readonly batch?: string;
  readonly trackerRef?: string;
  readonly replace: boolean;
  readonly mission?: string;
  readonly json: boolean;
}

/** Maps requirements to packages and prints what is covered now. */
export async function mapRequirements(this: AppContext, flags: Flags): Promise<void> {
  const refs = askedRefs(flags);
  const trackerRefs = (flags.trackerRef ?? '').split(',').map((ref) => ref.trim());
  const workspace = await this.workspace();
  const mapping = await writeMapping(workspace, {
    mission: flags.mission,
    refs,
    replace: flags.replace,
    trackerRefs: trackerRefs.filter((ref) => ref !== ''),
  });
  const { totalFunctional, mappedFunctional, unmappedFunctional } = mapping.coverage;
  const document = {
    result: 'success',
    mission_slug: mapping.directory,
    mapped: mapping.mapped,
    total_mappings: mapping.total,
    coverage: {
      total_functional: totalFunctional,
      mapped_functional: mappedFunctional,
      unmapped_functional: unmappedFunctional,
    },
    changed_files: mapping.changed,
    warnings: mapping.warnings,
    committed: false,
    commit_sha: null,
  };
  this.show(flags.json, document, () => sentences(mapping).join('\n'));
}

function sentences({ mapped, total, coverage, changed, warnings }: Mapping): readonly string[] {
  return [
    ...Object.keys(mapped).map((id) => `${id} covers ${total[id]?.join(', ') || 'nothing'}.`),
    `Covered: ${coverage.mappedFunctional} of ${counted(coverage.totalFunctional, 'functional requirement')}.`,
    ...(coverage.unmappedFunctional.length > 0 ? [`Open: ${coverage.unmappedFunctional.join(', ')}.`] : []),
    ...warnings.map((warning) => `Warning: ${warning}`),
    changed.length === 0 ? 'Nothing had to be changed.' : `Changed, not committed: ${changed.join(', ')}`,
  ];
}

function askedRefs({
  wp,
  refs,
  batch,
  trackerRef,
  replace,
}: Flags): readonly (readonly [string, readonly string[]])[] {
  if (batch !== undefined && wp === undefined && refs === undefined) return parseBatch(batch);
  // Replacing by nothing must be said in so many words: --refs "".
  const enough = refs !== undefined || (trackerRef !== undefined && !replace);
  if (batch === undefined && wp !== undefined && enough) return [[wp, [refs ?? '']]];
  throw new Fault('usage', 'MAPPING_REQUIRED', 'Say what to map: --wp with --refs, or --batch.', {
    hints: ['For example --wp WP01 --refs FR-001,FR-002.'],
  });
}

function parseBatch(text: string): readonly (readonly [string, readonly string[]])[] {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    // Answered below like every other text that is no object of lists.
  }
  if (isBatch(batch)) return Object.entries(batch);
  throw new Fault('usage', 'BATCH_INVALID', 'The value of --batch is not a JSON object of lists.', {
    hints: [`For example --batch '{"WP01":["FR-001"]}'.`],
  });
}

function isBatch(value: unknown): value is Readonly<Record<string, readonly string[]>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((ids) => Array.isArray(ids) && ids.every((id) => typeof id === 'string'));
}
