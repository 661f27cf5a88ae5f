/** Where a page may send its forms; a program that waits for a browser does so on a port of the same machine. */
const LOOPBACK = 'http://127.0.0.1:* http://[::1]:*';

/** What pages may load and where they may lead: nothing from elsewhere, no script, and no frame around them. */
export function contentPolicy(alsoTo: 'loopback' | 'nowhere' = 'nowhere'): string {
  const forms = alsoTo === 'loopback' ? `'self' ${LOOPBACK}` : "'self'";
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': contentPolicy(),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    // Not `no-referrer`: with that, browsers hide the origin of our own forms, too.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}
