import { jsonErrorPlace } from '@spec-kitty/core/status/rows/json-place';
import { isJsonObject, type JsonObject } from '@spec-kitty/core/status/rows/json-value';

/** Reads the value of an option as a JSON object, or says what it is instead; its text is never repeated, which may hold a secret. */
export function jsonObject(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : 'is not a JSON object';
  } catch (error) {
    const { line, column } = jsonErrorPlace(text, error);
    return `is not JSON from line ${line}, column ${column} on`;
  }
}
