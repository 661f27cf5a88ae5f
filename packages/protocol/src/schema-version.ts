/**
 * Version of the formats in this package, as rows carry it; `HISTORY.md` says what changed with each.
 *
 * A higher first number keeps older programs from writing. Where they only skip what they do not know, the second rises.
 */
export const SCHEMA_VERSION = '5.0.0';
