/** Pages that somebody may be led on to after signing in. */
const PAGES = /^\/(?:oauth\/authorize|device|account|sessions|teams|invitations)(?:[/?]|$)/;

/** What an address is written with (RFC 3986), which a header takes. */
const WRITTEN = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;

/** Where to go on after signing in: a page of ours, whatever was asked for. */
export function nextPath(asked: string | undefined): string {
  return asked !== undefined && PAGES.test(asked) && WRITTEN.test(asked) ? asked : '/account';
}
