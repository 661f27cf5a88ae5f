/** Time limits of a login, in milliseconds (A§14). */
export const LOGIN_LIMITS = {
  /** From the printing of the address to the answer of the browser; the state lives as long. */
  callback: 300_000,
  /** However long a server lets its device codes live. */
  device: 900_000,
  /** Asking who has logged in. */
  account: 10_000,
  /** Waiting for a refresh to end before a logout is done anyway. */
  logoutLock: 3000,
} as const;
