import { counted } from '@spec-kitty/core/counted';
import { createRetrospective, RETROSPECTIVE } from '@spec-kitty/core/retrospect/create-retrospective';
import { type Finding, readRetrospective } from '@spec-kitty/core/retrospect/read-retrospective';
import { findingsStatus } from '@spec-kitty/core/retrospect/retrospective-text';
import type { AppContext } from '../../context.ts';
import { renderTable } from '../../render/table.ts';
import { version } from '../../version.ts';

interface Flags {
  readonly mission?: string;
  readonly actor?: string;
  readonly force: boolean;
  readonly json: boolean;
}

/** Writes a retrospective and prints what it says. */
export async function createRetrospect(
  this: AppContext,
  { mission, actor, force, json }: Flags,
): Promise<void> {
  const workspace = await this.workspace();
  const by = await workspace.actor(actor);
  const created = await createRetrospective(workspace, { mission, by, version, force });
  const { helped, notHelpful, gaps } = created.lessons;
  const document = {
    result: 'success',
    mission_slug: created.directory,
    mission_id: created.missionId,
    retrospective_file: created.file,
    findings_status: findingsStatus(created.lessons),
    helped,
    not_helpful: notHelpful,
    gaps,
    mission_finished: created.finished,
    replaced: created.replaced,
    committed: false,
  };
  this.show(json, document, () =>
    [
      ...helped.map(({ summary }) => `+ ${summary}`),
      ...notHelpful.map(({ summary }) => `- ${summary}`),
      ...gaps.map(({ summary }) => `? ${summary}`),
      ...(created.finished ? [] : [`${created.directory} is not finished; more may come.`]),
      `${created.replaced ? 'Replaced' : 'Wrote'}, not committed: ${created.file}`,
    ].join('\n'),
  );
}

/** Collects the retrospectives of the primary checkout; one that cannot be read is told, not left out. */
export async function summarizeRetrospects(this: AppContext, { json }: { json: boolean }): Promise<void> {
  const workspace = await this.workspace();
  const all = workspace.missions.directories().flatMap((directory) => {
    const file = `kitty-specs/${directory}/${RETROSPECTIVE}`;
    const text = workspace.files.read(file);
    return text === undefined ? [] : [{ directory, file, read: readRetrospective(text) }];
  });
  const read = all.flatMap(({ directory, read: one }) => (one.ok ? [{ directory, ...one }] : []));
  const damaged = all.flatMap(({ file, read: one }) =>
    one.ok ? [] : [{ file, line: one.line, message: one.message }],
  );
  const document = {
    result: 'success',
    missions: read.length,
    findings_status: tally(read.map(({ findingsStatus: status }) => status ?? 'unknown')),
    helped: byCategory(read.flatMap(({ helped }) => helped)),
    not_helpful: byCategory(read.flatMap(({ notHelpful }) => notHelpful)),
    gaps: byCategory(read.flatMap(({ gaps }) => gaps)),
    proposals: read.flatMap(({ directory, proposals }) =>
      proposals.map((proposal) => ({ mission_slug: directory, ...proposal })),
    ),
    damaged,
  };
  this.show(json, document, () =>
    [
      `${counted(read.length, 'retrospective')}.`,
      ...(read.length === 0
        ? []
        : [
            renderTable(
              ['KIND', 'CATEGORY', 'FINDINGS'],
              [
                ...rows('helped', document.helped),
                ...rows('not helpful', document.not_helpful),
                ...rows('gap', document.gaps),
              ],
            ),
          ]),
      ...document.proposals.map(
        ({ mission_slug: slug, id, summary }) => `${slug}${id === null ? '' : ` ${id}`}: ${summary}`,
      ),
      ...damaged.map(({ file, line, message }) => `Cannot be read: ${file}:${line}: ${message}`),
    ].join('\n'),
  );
}

function byCategory(findings: readonly Finding[]) {
  return tally(findings.map(({ category }) => category));
}

/** How often each word is there, the most frequent first. */
function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function rows(kind: string, counts: Readonly<Record<string, number>>): string[][] {
  return Object.entries(counts).map(([category, count]) => [kind, category, String(count)]);
}
