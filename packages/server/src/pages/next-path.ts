/** Pages that somebody may be led on to after signing in. */
const PAGES = /^\/(?:oauth\/authorize|device|account|sessions|teams|invitations)(?:[/?]|$)/;

/** What a header takes, as browsers write it; they take a backslash for a slash. */
const WRITTEN = /^[!-[\]-~]*$/;

/** Where to go on after signing in: a page of ours, whatever was asked for. */
export function nextPath(asked: string | undefined): string {
  return asked !== undefined && PAGES.test(asked) && WRITTEN.test(asked) ? asked : '/account';
}
