import type { Secret } from './secret.ts';

/** What a login ends with, as far as the browser is concerned. */
export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: Secret }
  | { readonly kind: 'error'; readonly error: string }
  /** Another server has answered (RFC 9207): nothing that it says may be used. */
  | { readonly kind: 'other issuer' };
