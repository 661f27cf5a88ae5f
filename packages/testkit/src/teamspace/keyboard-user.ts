import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The Chromium of this machine: that of `CHROMIUM`, else where distributions put it; `undefined` where there is none. */
export const CHROMIUM = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => existsSync(file));

/** It talks to nobody but the pages that it is sent to. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** @throws Error where there is none. */
export function openChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium on this machine');
  // Chromium refuses its sandbox to root.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: !isRoot, args: QUIET });
}

/** More steps than any page has. */
const STEPS = 60;

/** What has the focus: how a screen reader calls it, and whether it can be seen to have it. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const label = one.labels?.[0]?.textContent ?? one.getAttribute('aria-label') ?? one.textContent ?? '';
  return { name: label.trim().replaceAll(/\\s+/g, ' '), seen: getComputedStyle(one).outlineStyle !== 'none' };
})()`;

/** Somebody without a mouse. */
export class KeyboardUser {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Types into the field with this label. */
  async fill(label: string, text: string): Promise<void> {
    await this.#reach(label);
    await this.page.keyboard.type(text);
  }

  /** Presses the button, or follows the link, that is called so, and waits for the page that it leads to. */
  async press(name: string): Promise<void> {
    await this.#reach(name);
    await Promise.all([this.page.waitForEvent('framenavigated'), this.page.keyboard.press('Enter')]);
    await this.page.waitForLoadState();
  }

  /** Heading of the page. */
  async heading(): Promise<string> {
    return (await this.page.locator('h1').textContent()) ?? '';
  }

  /** @throws Error where no step of the Tab key leads there, or where a step cannot be seen. */
  async #reach(name: string): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      await this.page.keyboard.press('Tab');
      const focused: { readonly name: string; readonly seen: boolean } = await this.page.evaluate(FOCUSED);
      if (!focused.seen && focused.name !== '')
        throw new Error(`The focus cannot be seen on "${focused.name}"`);
      if (focused.name === name) return;
      passed.push(focused.name);
    }
    throw new Error(`The Tab key does not lead to "${name}" at ${this.page.url()}: ${passed.join(' | ')}`);
  }
}
