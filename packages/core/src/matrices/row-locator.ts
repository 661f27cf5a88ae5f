import { placeAt } from '../status/rows/json-place.ts';

/** Finds on which lines the rows of a JSON file are, one after the other; a row that is written another way is on none. */
export class RowLocator {
  readonly #text: string;
  #from: number;

  /** @param key name of the member that holds the rows. */
  constructor(text: string, key: string) {
    this.#text = text;
    this.#from = Math.max(0, text.indexOf(JSON.stringify(key)));
  }

  /** Line, from 1, of the next place that has a text as a JSON value or key. */
  next(id: string): number | null {
    const found = this.#text.indexOf(JSON.stringify(id), this.#from);
    if (found === -1) return null;
    this.#from = found + 1;
    return placeAt(this.#text, found).line;
  }
}
