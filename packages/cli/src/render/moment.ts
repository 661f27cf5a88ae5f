import { formatInstant } from '@spec-kitty/core/instant';
import { parseInstant } from '@spec-kitty/core/parse-instant';

/** A point in time for a person, to the minute; what is none is shown as it is. */
export function moment(text: string): string {
  const micros = parseInstant(text);
  return micros === undefined ? text : `${formatInstant(micros).slice(0, 16).replace('T', ' ')} UTC`;
}
