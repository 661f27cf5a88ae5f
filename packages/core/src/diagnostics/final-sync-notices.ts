import { finalSyncLine } from '../hosted-wording.ts';

/** How a final sync can come to nothing (A§7.3). */
const FINAL_SYNC_CODES = [
  'sync.final_sync_lock_unavailable',
  'sync.auth_refresh_in_progress',
  'sync.websocket_offline',
  'sync.event_loop_unavailable',
  'sync.server_auth_failure',
  'sync.direct_ingress_missing_private_team',
] as const;

/** One of them. */
export type FinalSyncCode = (typeof FINAL_SYNC_CODES)[number];

/** A final sync that came to nothing, as it is nested in a JSON document; the command has done its work nevertheless. */
export interface FinalSyncNotice {
  readonly severity: 'warning';
  readonly diagnostic_code: FinalSyncCode;
  readonly fatal: false;
  readonly sync_phase: 'final_sync';
  readonly message: string;
}

/**
 * Tells of a final sync that came to nothing: once for each code in a process, and never on standard output. How the
 * command ends does not depend on it.
 */
export class FinalSyncNotices {
  readonly #told = new Map<FinalSyncCode, FinalSyncNotice>();
  readonly #stderr: (text: string) => void;
  readonly #json: boolean;

  /** @param json whether the command prints a document, which takes {@link inDocument} in place of the lines. */
  constructor(stderr: (text: string) => void, json: boolean) {
    this.#stderr = stderr;
    this.#json = json;
  }

  tell(code: FinalSyncCode, message: string): void {
    if (this.#told.has(code)) return;
    // A line is a line, whatever is in the message.
    const words = message.replaceAll(/\s+/g, ' ').trim();
    const notice = { severity: 'warning', diagnostic_code: code, fatal: false } as const;
    this.#told.set(code, { ...notice, sync_phase: 'final_sync', message: words });
    if (!this.#json) this.#stderr(`${finalSyncLine(code, words)}\n`);
  }

  /** What a JSON document has under `diagnostics`; nothing where there is nothing to tell. */
  inDocument(): { readonly diagnostics?: { readonly sync: readonly FinalSyncNotice[] } } {
    return this.#told.size === 0 ? {} : { diagnostics: { sync: [...this.#told.values()] } };
  }
}
