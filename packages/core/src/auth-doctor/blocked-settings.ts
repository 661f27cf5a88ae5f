const MOST_SHOWN = 20;

/** Whatever could send a login elsewhere, or start another program with it. */
const BLOCKED: readonly RegExp[] = [
  /^SPEC_KITTY_(?:SAAS_URL|HOME)$/,
  /^(?:HTTPS?|ALL|NO|FTP)_PROXY$/,
  /^(?:NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_USE_ENV_PROXY)$/,
  /^(?:SSL_CERT_(?:FILE|DIR)|(?:REQUESTS|CURL)_CA_BUNDLE|OPENSSL_\w+)$/,
  /^(?:BROWSER|EDITOR|VISUAL|PAGER|SHELL|GIT_\w+)$/,
  /^(?:HOME|USERPROFILE|LOCALAPPDATA|XDG_\w+|PATH)$/,
  /^(?:LD|DYLD)_\w+$/,
  /^(?:NODE_OPTIONS|NODE_PATH|PYTHON\w+)$/,
];

/**
 * Names of the settings in an environment file that would put a login at risk. No such file is ever applied; it is read to
 * warn of it.
 */
export function blockedSettings(text: string): readonly string[] {
  const names = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]{0,80})[ \t]*=/gm)].map(
    ([, name = '']) => name,
  );
  const blocked = names.filter((name) => BLOCKED.some((pattern) => pattern.test(name.toUpperCase())));
  return [...new Set(blocked)].slice(0, MOST_SHOWN);
}
