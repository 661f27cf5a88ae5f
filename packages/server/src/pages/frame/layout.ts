import { html, raw } from 'hono/html';

/** A piece of a page; what was filled in is escaped. */
export type Html = ReturnType<typeof html>;

/** What stands around every page. */
export interface Frame {
  readonly title: string;
  /** Who is signed in, for the way to their own pages. */
  readonly name?: string;
  readonly csrf?: string;
}

/** A whole page: it works without script, on a telephone, and by keyboard alone. */
export function layout({ title, name, csrf }: Frame, content: Html): string {
  return textOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · Teamspace</title>
          <link rel="stylesheet" href="/assets/teamspace.css" />
        </head>
        <body>
          <a class="skip" href="#content">Skip to the content</a>
          <header>
            <a class="brand" href="/">Teamspace</a>
            ${name === undefined ? '' : navigation(name, csrf ?? '')}
          </header>
          <main id="content" tabindex="-1">
            <h1>${title}</h1>
            ${content}
          </main>
        </body>
      </html> `,
  );
}

/** It is a promise only where something in it is one. */
function textOf(content: Html): string {
  if (content instanceof Promise) throw new Error('A page has a part that is not there yet');
  return content;
}

function navigation(name: string, csrf: string): Html {
  return html`<nav aria-label="Main">
    <a href="/teams">Teams</a>
    <a href="/sessions">Sessions</a>
    <a href="/account">${name}</a>
    <form method="post" action="/sign-out">${token(csrf)}<button class="plain">Sign out</button></form>
  </nav>`;
}

/** The hidden field that every form has. */
export function token(csrf: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}

/** What is wrong, where it is read out at once. */
export function problem(text: string | undefined): Html | '' {
  return text === undefined ? '' : html`<p class="problem" role="alert">${text}</p>`;
}

/** What was done. */
export function notice(text: string | undefined): Html | '' {
  return text === undefined ? '' : html`<p class="notice" role="status">${text}</p>`;
}

/** One labelled field of a form. */
export interface Field {
  readonly label: string;
  readonly name: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string;
  readonly autocomplete: string;
  readonly hint?: string;
  readonly required?: boolean;
}

export function field({
  label,
  name,
  type = 'text',
  value,
  autocomplete,
  hint,
  required = true,
}: Field): Html {
  const described = hint === undefined ? '' : raw(` aria-describedby="${name}-hint"`);
  return html`<p class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value ?? ''}"
      autocomplete="${autocomplete}"
      ${described}${required ? raw(' required') : ''}
    />
    ${hint === undefined ? '' : html`<span class="hint" id="${name}-hint">${hint}</span>`}
  </p>`;
}

/** A moment, for people and programs. */
export function moment(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
