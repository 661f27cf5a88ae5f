const REDACTED = '[redacted]';

/** A token or key that no text, document or log line shows by accident; whoever needs it says so by {@link expose}. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends, stores or compares it. */
  expose(): string {
    return this.#value;
  }

  /** Takes as long for any other of the same length: nobody learns how much of it they have guessed. */
  equals(other: Secret): boolean {
    let difference = this.#value.length ^ other.#value.length;
    for (let at = 0; at < this.#value.length; at += 1)
      difference |= this.#value.charCodeAt(at) ^ other.#value.charCodeAt(at);
    return difference === 0;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** What Node prints of an object. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
