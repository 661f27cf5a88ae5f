import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHROMIUM, KeyboardUser, openChromium } from '@spec-kitty/testkit/teamspace/keyboard-user';
import { makeDataFolder } from '@spec-kitty/testkit/teamspace/test-postgres';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Ready, serve } from '../serve/serve.ts';

const CLI = fileURLToPath(new URL('../../../cli/bin/spec-kitty.cjs', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../../../docs/how-to/images/', import.meta.url));
const PASSWORD = 'correct horse battery';
const PHONE = { width: 375, height: 720 };
const DESK = { width: 1000, height: 720 };

/** All of WCAG 2.2 AA that a program can judge, and more. */
const RULES = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** A server that nobody has an account on yet. */
async function emptyServer(): Promise<Ready> {
  const data = await makeDataFolder();
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  const options = {
    data,
    listen: { host: '127.0.0.1', port: 0 },
    databaseUrl: undefined,
    publicUrl: undefined,
    proxies: 0,
    version: '0',
    log: () => undefined,
    nowIso: () => new Date().toISOString(),
  };
  return new Promise((resolve, reject) => {
    const running = serve(options, resolve, until);
    running.catch(reject);
    onTestFinished(async () => {
      end();
      await running;
      rmSync(data, { recursive: true, force: true });
    });
  });
}

/** A terminal of somebody, with a home of its own. */
class Terminal {
  readonly #home = mkdtempSync(path.join(tmpdir(), 'terminal-'));
  readonly #server: string;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(server: string) {
    this.#server = server;
    onTestFinished(() => {
      this.#child?.kill('SIGKILL');
      rmSync(this.#home, { recursive: true, force: true });
    });
  }

  /** Starts a command, and waits for what it says. */
  async expecting(argv: readonly string[], words: RegExp): Promise<string> {
    const env = { PATH: '/usr/bin:/bin', HOME: this.#home, SPEC_KITTY_SAAS_URL: this.#server };
    const child = spawn(process.execPath, [CLI, ...argv], { cwd: this.#home, env });
    this.#child = child;
    this.#said = '';
    return new Promise((resolve, reject) => {
      const hear = (part: Buffer): void => {
        this.#said += part.toString();
        const found = words.exec(this.#said)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('close', () => reject(new Error(this.#said)));
    });
  }

  /** Runs a command, or waits for the one that was started. @returns exit code. */
  async end(argv?: readonly string[]): Promise<number | null> {
    if (argv) await this.expecting(argv, /([^])/);
    const child = this.#child;
    return child?.exitCode ?? new Promise((resolve) => child?.once('close', resolve));
  }

  get said(): string {
    return this.#said;
  }
}

/** Looks at a page as it is for whoever is signed in to `context`: in both widths and both colour schemes. */
async function examine(browser: Browser, context: BrowserContext, url: string): Promise<void> {
  const looking = await browser.newContext({ storageState: await context.storageState() });
  const page = await looking.newPage();
  await page.goto(url);
  await page.evaluate(axe.source);
  const place = new URL(url).pathname.replace(/[\w-]{30,}/, '*');
  for (const viewport of [DESK, PHONE])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const found: AxeResult = await page.evaluate(`axe.run({ runOnly: ${RULES} })`);
      const violations = found.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
      const tooWide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      const seen = { place, width: viewport.width, colorScheme };
      expect({ ...seen, violations, tooWide }).toEqual({ ...seen, violations: [], tooWide: 0 });
    }
  await looking.close();
}

/** Pictures of the guide; taken anew with PICTURES=1. */
async function picture(page: Page, name: string): Promise<void> {
  if (process.env['PICTURES'] !== '1') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), animations: 'disabled' });
}

const SKIPPED = CHROMIUM === undefined ? ' (skipped: there is no Chromium on this machine)' : '';

describe.skipIf(CHROMIUM === undefined)(`pages in a browser${SKIPPED}`, { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  /** Without script, whatever is there. */
  async function person(viewport = DESK): Promise<KeyboardUser & { readonly context: BrowserContext }> {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport });
    return Object.assign(new KeyboardUser(await context.newPage()), { context });
  }

  test('set up, invite, sign in two terminals and end one, by keyboard alone and without script', async () => {
    const server = await emptyServer();
    const ada = await person();
    await ada.page.goto(server.set_up_url ?? '');
    await examine(browser, ada.context, ada.page.url());
    await ada.fill('Your name', 'Ada');
    await ada.fill('E-mail address', 'ada@example.org');
    await ada.fill('Password', PASSWORD);
    await ada.fill('Name of your team', 'Engines');
    await picture(ada.page, 'set-up');
    await ada.press('Set up');
    expect(await ada.heading()).toBe('Your teams');
    await examine(browser, ada.context, ada.page.url());

    await ada.press('Engines');
    await ada.fill('E-mail address', 'grace@example.org');
    await ada.press('Make a link');
    const link = (await ada.page.locator('pre code').textContent()) ?? '';
    await picture(ada.page, 'team');
    await examine(browser, ada.context, `${server.url}/teams/engines`);

    // On a telephone.
    const grace = await person(PHONE);
    await grace.page.goto(link);
    await examine(browser, grace.context, link);
    await grace.fill('Your name', 'Grace');
    await grace.fill('Password for grace@example.org', PASSWORD);
    await grace.press('Join');
    expect(await grace.heading()).toBe('Engines');

    const byCode = new Terminal(server.url);
    const code = await byCode.expecting(['auth', 'login', '--headless'], /Code +([A-Z]{4}-?[A-Z]{4})/);
    await grace.page.goto(`${server.url}/device`);
    await examine(browser, grace.context, grace.page.url());
    await grace.fill('Code that the device shows', code);
    await grace.press('Go on');
    expect(await grace.heading()).toBe('Sign in this device?');
    await picture(grace.page, 'device');
    await examine(browser, grace.context, grace.page.url());
    await grace.press('Allow');
    expect([await grace.heading(), await byCode.end()]).toEqual(['The device is signed in', 0]);
    expect(await byCode.end(['auth', 'whoami'])).toBe(0);
    expect(byCode.said).toContain('grace@example.org');

    const byBrowser = new Terminal(server.url);
    const address = await byBrowser.expecting(['auth', 'login'], /(http:\S+authorize\S+)/);
    const other = await person();
    await other.page.goto(address);
    expect(await other.heading()).toBe('Sign in');
    await examine(browser, other.context, other.page.url());
    await other.fill('E-mail address', 'ada@example.org');
    await other.fill('Password', PASSWORD);
    await other.press('Sign in');
    expect(await other.heading()).toBe('Sign in a program?');
    await examine(browser, other.context, other.page.url());
    await other.press('Allow');
    expect(await byBrowser.end()).toBe(0);
    expect(await byBrowser.end(['auth', 'status', '--json'])).toBe(0);

    await grace.page.goto(`${server.url}/sessions`);
    await examine(browser, grace.context, grace.page.url());
    await picture(grace.page, 'sessions');
    await grace.press('End all but this browser');
    expect(await byCode.end(['auth', 'doctor', '--server', '--json'])).not.toBe(0);
    expect(await byBrowser.end(['auth', 'doctor', '--server', '--json'])).toBe(0);

    for (const own of ['/account', '/sign-in', '/nowhere', '/teams/engines'])
      await examine(browser, grace.context, `${server.url}${own}`);
  });

  test('what is wrong in a form is told where it is read out, and the form keeps what was right', async () => {
    const server = await emptyServer();
    const ada = await person(PHONE);
    await ada.page.goto(server.set_up_url ?? '');
    for (const [label, text] of [
      ['Your name', 'Ada'],
      ['E-mail address', 'ada@example.org'],
      ['Password', 'short'],
      ['Name of your team', 'Engines'],
    ] as const)
      await ada.fill(label, text);
    await ada.press('Set up');
    expect(await ada.page.getByRole('alert').textContent()).toContain('at least');
    expect(await ada.page.getByLabel('Name of your team').inputValue()).toBe('Engines');
    expect(await ada.page.getByLabel('Password').inputValue()).toBe('');
  });
});
