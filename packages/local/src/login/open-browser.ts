import { spawn } from 'node:child_process';

/** The program that opens a page, for each system; the page is its last argument, and no shell sees it. */
export function browserCommand(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'win32') return ['rundll32.exe', 'url.dll,FileProtocolHandler'];
  return platform === 'darwin' ? ['open'] : ['xdg-open'];
}

/**
 * Opens a page in the browser of whoever sits here; nothing is said where that fails, since the address is on the screen.
 *
 * @param url an `https` address, or an `http` one of this machine; anything else could start any program.
 */
export function openBrowser(url: string, env: Readonly<Record<string, string | undefined>>): void {
  if (!/^https?:\/\//.test(url)) return;
  const [program, ...before] = browserCommand(process.platform);
  const child = spawn(program, [...before, url], { detached: true, stdio: 'ignore', env });
  // broad-catch: best-effort opening of a browser process, whose address the terminal shows to be opened by hand
  child.on('error', () => undefined);
  child.unref();
}
