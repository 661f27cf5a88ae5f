import { html } from 'hono/html';
import { layout } from './layout.ts';

/** A page that says what is wrong, and leads back. */
export function errorPage(title: string, text: string): string {
  return layout(
    { title },
    html`<p>${text}</p>
      <p><a href="/">To the start</a></p>`,
  );
}
