/** Characters that names may not have: they would not be seen, or turn what stands beside them around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const LONGEST = 100;

/** What a name comes to: one line that is seen as it is; empty where nothing of it is. */
export function cleanName(text: string): string {
  return Array.from(text.replace(UNSEEN, '').trim()).slice(0, LONGEST).join('').trim();
}
