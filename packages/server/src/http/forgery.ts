import type { Teamspace } from '../teamspace.ts';

/** The token that forms carry: good for one browser alone, and gone when it signs in or out. */
export function formToken({ keyring }: Teamspace, form: string, session: string | undefined): string {
  return keyring.mac('form', Buffer.from(form), Buffer.from(session ?? '')).toString('base64url');
}

/** What a request says about where it comes from. */
export interface Provenance {
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly token: string | undefined;
}

/**
 * Whether a form was sent from one of our own pages: by what the browser says, and by a token that no other page can
 * have read.
 */
export function isOurForm(
  teamspace: Teamspace,
  { origin, site, token }: Provenance,
  form: string | undefined,
  session: string | undefined,
): boolean {
  if (origin !== undefined && origin !== teamspace.publicUrl) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  if (form === undefined || token === undefined) return false;
  // Also of an older key: the page may have been open when the key changed.
  const code = Buffer.from(token, 'base64url');
  return teamspace.keyring.madeBy(code, 'form', Buffer.from(form), Buffer.from(session ?? '')) !== undefined;
}
