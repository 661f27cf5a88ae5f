const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Parses a duration such as `90s`, `30m` or `1.5h` to milliseconds. @throws SyntaxError saying what it takes. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text.trim()) ?? [];
  const ms = Number(amount) * UNITS[unit as keyof typeof UNITS];
  if (ms > 0 && ms <= LONGEST_MS) return Math.round(ms);
  throw new SyntaxError('a duration such as 90s, 30m or 2h, up to 24 days');
}

/** What a timer can wait. */
const LONGEST_MS = 24 * 24 * UNITS.h;

/** Parses a whole number of one or more. @throws SyntaxError saying what it takes. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new SyntaxError('a whole number of 1 or more');
}

/** Parses an amount of money. @throws SyntaxError saying what it takes. */
export function parseMoney(text: string): number {
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new SyntaxError('an amount such as 5 or 2.50');
}
