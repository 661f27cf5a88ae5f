import type { AppContext } from '../../../context.ts';

/** Version of the contract (L§10), and the oldest orchestrator that it serves. */
export const CONTRACT = { version: '1.3.0', oldestProvider: '0.1.0' } as const;

/** Commands of the contract. */
export const ORCHESTRATOR_COMMANDS = [
  'contract-version',
  'mission-state',
  'list-ready',
  'resolve-workspace',
  'start-implementation',
  'start-review',
  'transition',
  'append-history',
  'accept-mission',
  'merge-mission',
] as const;

/** One of {@link ORCHESTRATOR_COMMANDS}. */
export type OrchestratorCommand = (typeof ORCHESTRATOR_COMMANDS)[number];

/** Which mission a payload is about; `null` where none was found. */
export interface Identity {
  readonly mission_id: string | null;
  readonly mission_slug: string | null;
  /** Decimal text, and empty for a mission without a number. */
  readonly mission_number: string | null;
  readonly mission_type: string | null;
}

/** A payload that is about no mission. */
export const NO_MISSION: Identity = {
  mission_id: null,
  mission_slug: null,
  mission_number: null,
  mission_type: null,
};

/** Prints the one document of a command, on one line. */
export function printEnvelope(
  { clock, ids, stdout }: Pick<AppContext, 'clock' | 'ids' | 'stdout'>,
  outcome: {
    readonly command: OrchestratorCommand | 'unknown';
    readonly errorCode: string | null;
    readonly data: object;
  },
): void {
  const envelope = {
    contract_version: CONTRACT.version,
    command: `orchestrator-api.${outcome.command}`,
    timestamp: new Date(clock.nowMicros() / 1000).toISOString().replace('Z', '000+00:00'),
    correlation_id: `corr-${ids.next()}`,
    success: outcome.errorCode === null,
    error_code: outcome.errorCode,
    data: outcome.data,
  };
  stdout(`${JSON.stringify(envelope)}\n`);
}
