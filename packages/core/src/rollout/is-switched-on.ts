const ON = new Set(['1', 'true', 'yes', 'y', 'on']);

/** Whether a variable of the environment says yes (A§9.1); anything that is not known says no. */
export function isSwitchedOn(value: string | undefined): boolean {
  return ON.has((value ?? '').trim().toLowerCase());
}
