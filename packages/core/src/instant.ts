const MICROS_PER_DAY = 86_400_000_000;

/**
 * Writes microseconds since the Unix epoch as ISO 8601 in UTC: `2026-01-05T10:00:00.000001+00:00` (L§3.3).
 *
 * Always six decimals, so that text order is time order; years 0000 to 9999.
 */
export function formatInstant(micros: number): string {
  const day = Math.floor(micros / MICROS_PER_DAY);
  const rest = micros - day * MICROS_PER_DAY;
  const seconds = Math.floor(rest / 1_000_000);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    pad(part, 2),
  );
  return `${calendarDate(day)}T${time.join(':')}.${pad(Math.floor(rest % 1_000_000), 6)}+00:00`;
}

/**
 * Date of a day counted from 1970-01-01.
 *
 * Counts from 1 March of year 0 so that a leap day is the last of its year and of its 400-year cycle.
 */
function calendarDate(day: number): string {
  const sinceMarch = day + 719_468;
  const cycle = Math.floor(sinceMarch / 146_097);
  const dayOfCycle = sinceMarch - cycle * 146_097;
  const leapDays =
    Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365);
  const dayOfYear =
    dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
