/** Days that trash and backups are kept unless told otherwise. */
export const KEPT_DAYS = 30;
