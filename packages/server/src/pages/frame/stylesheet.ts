import * as v from 'valibot';
import type { Answer } from '../../http/answer.ts';
import { endpoint } from '../../http/endpoint.ts';

const CSS = `:root { color-scheme: light dark; --ink: #1c1b22; --paper: #fff; --line: #8a8796; --accent: #5b3cc4; --on-accent: #fff; --bad: #a3122d; --soft: #f3f1fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebf2; --paper: #17161c; --line: #8c8a98; --accent: #b9a6ff; --on-accent: #17161c; --bad: #ff9aa8; --soft: #24222d; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-left: auto; }
nav form, td form { display: inline; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: var(--accent); }
.brand { font-weight: 700; text-decoration: none; color: var(--ink); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: .5rem; top: .5rem; padding: .5rem; background: var(--paper); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main:focus { outline: none; }
.field { margin: 1rem 0; }
label, .hint { display: block; }
label { font-weight: 600; }
.hint { font-size: .9rem; }
caption.hint { text-align: left; margin-bottom: .5rem; }
input:not([type=hidden]), select { width: 100%; max-width: 26rem; font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .3rem; color: inherit; background: inherit; }
select option { color: var(--ink); background: var(--paper); }
button { font: inherit; padding: .55rem 1.1rem; min-height: 2.75rem; border: 1px solid var(--accent); border-radius: .3rem; color: var(--on-accent); background: var(--accent); cursor: pointer; }
button.second { color: var(--accent); background: transparent; }
button.plain { padding: .2rem .5rem; min-height: 1.75rem; color: var(--accent); background: transparent; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
.problem, .notice { padding: .6rem .8rem; border-left: .3rem solid var(--bad); background: var(--soft); }
.notice { border-color: var(--accent); }
.problem { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.code { font: 700 1.3rem/1.2 ui-monospace, monospace; letter-spacing: .1em; }
pre { overflow-x: auto; padding: .6rem .8rem; background: var(--soft); }
pre code, .link { overflow-wrap: anywhere; white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .45rem .5rem .45rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
@media (max-width: 40rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; } td[data-label]::before { content: attr(data-label) ': '; font-weight: 600; } tr, th[scope=row], td { display: block; border: 0; padding: .1rem 0; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
`;

/** `GET /assets/teamspace.css`. */
export const stylesheet = endpoint({
  method: 'GET',
  path: '/assets/teamspace.css',
  access: { by: 'anybody' },
  summary: 'Style of the pages',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'The stylesheet.' } },
  handle: (): Answer => ({
    status: 200,
    type: 'css',
    body: CSS,
    headers: { 'cache-control': 'public, max-age=300' },
    cookies: [],
  }),
});
