import { html } from 'hono/html';
import type { SignedIn } from '../http/browser-session.ts';
import type { AuthorizationRequest } from '../oauth/authorization-request.ts';
import { layout, token } from './frame/layout.ts';

/** Asks whether a program may act for whoever is signed in. */
export function consentPage(request: AuthorizationRequest, { name, email }: SignedIn, csrf: string): string {
  const { client, redirectUri, challenge, state, scope } = request;
  const hidden = Object.entries({
    client_id: client.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`);
  return layout(
    { title: 'Sign in a program?', name, csrf },
    html`<p>
        <strong>${client.name}</strong> wants to act for <strong>${name}</strong> (${email}) in all of your
        teams, until you end its session.
      </p>
      <p>
        It waits on this machine, at ${new URL(redirectUri).host}. Allow this only if you have just started to
        sign in.
      </p>
      <form method="post" action="/oauth/authorize">
        ${token(csrf)}${hidden}
        <p class="actions">
          <button name="decision" value="allow">Allow</button>
          <button name="decision" value="deny" class="second">Do not allow</button>
        </p>
      </form>`,
  );
}
