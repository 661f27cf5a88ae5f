/** Longest address that mail can be sent to (RFC 5321 §4.5.3.1.3). */
const LONGEST = 254;

/** Spellings of one address that differ in case or in form have one key. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** One `@` between two parts without spaces or controls; whether mail arrives there only mail can tell. */
export function isEmail(text: string): boolean {
  return text.length <= LONGEST && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(text.trim());
}
