/**
 * What a login says of itself, so that whoever has several can tell them apart on the server's pages: the program, and the machine's
 * name as far as a header and a comment in it take it (RFC 9110, 10.1.5).
 */
export function machineName(host: string): string {
  const name = host.replaceAll(/[^\x21-\x7e]|[()\\]/g, '').slice(0, 64);
  return ['spec-kitty', ...(name === '' ? [] : [`(${name})`])].join(' ');
}
