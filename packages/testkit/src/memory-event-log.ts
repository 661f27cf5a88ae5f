import type { AppendDecision, EventLog, LogAddress } from '@spec-kitty/core/ports/event-log';
import { decodeLog, type LogRows } from '@spec-kitty/core/status/rows/decode-log';
import { rowJson } from '@spec-kitty/protocol/canonical-json';

/** Event logs as texts in memory, one append at a time. */
export class MemoryEventLog implements EventLog {
  /** Text of each log by mission id; a test may put in what nobody appended. */
  readonly texts = new Map<string, string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  async read({ missionId }: Pick<LogAddress, 'missionId'>): Promise<LogRows> {
    return this.#decoded(missionId);
  }

  append<T>({ missionId }: LogAddress, _purpose: string, decide: AppendDecision<T>): Promise<T> {
    const before = this.#turns.get(missionId) ?? Promise.resolve();
    const turn = before.then(async () => {
      const text = this.texts.get(missionId) ?? '';
      const { rows, value, prepare } = await decide(this.#decoded(missionId), text);
      if (rows.length > 0) prepare?.();
      this.texts.set(missionId, text + rows.map((row) => `${rowJson(row)}\n`).join(''));
      return value;
    });
    // A refused append ends its turn like any other.
    this.#turns.set(
      missionId,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #decoded(missionId: string): LogRows {
    return decodeLog([{ text: this.texts.get(missionId) ?? '', file: `${missionId}.jsonl` }]);
  }
}
