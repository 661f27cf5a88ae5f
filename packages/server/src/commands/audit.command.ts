import { Fault } from '@spec-kitty/core/fault';
import { administer } from './administer.ts';
import { show } from './context.ts';
import { define, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';
import { teamBySlug } from './team.commands.ts';

interface Flags extends PlaceFlags {
  readonly team?: string;
  readonly limit: number;
  readonly json: boolean;
}

/** `teamspace audit`. */
export const auditCommand = define<Flags, []>({
  brief: 'Tell what was done, the newest first',
  examples: ['spec-kitty teamspace audit', 'spec-kitty teamspace audit --team red-team --limit 20 --json'],
  parameters: {
    flags: {
      ...placeFlags,
      team: { kind: 'parsed', brief: 'Slug of one team', placeholder: 'TEAM', parse: String, optional: true },
      limit: { kind: 'parsed', brief: 'How many entries', placeholder: 'N', parse: limitOf, default: '50' },
      json: jsonFlag,
    },
  },
  async run(flags) {
    const entries = await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const all = rows
          .selectFrom('audit_log')
          .select(['id', 'at', 'actor', 'account_id', 'team_id', 'action', 'target', 'details'])
          .orderBy('id', 'desc')
          .limit(flags.limit);
        return flags.team === undefined
          ? all.execute()
          : all.where('team_id', '=', (await teamBySlug(rows, flags.team)).id).execute();
      }),
    );
    show(this, flags.json, { entries }, () =>
      entries.length === 0
        ? 'Nothing is on record.'
        : entries
            .map((one) =>
              [one.at.toISOString(), one.actor, one.action, one.target ?? '', ...factsOf(one.details)]
                .join('  ')
                .trimEnd(),
            )
            .join('\n'),
    );
  },
});

function factsOf(details: unknown): readonly string[] {
  return Object.entries(details ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
}

function limitOf(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) > 0) return Number(given);
  throw new Fault('usage', 'USAGE_ERROR', `"${given}" is no number of entries.`);
}
