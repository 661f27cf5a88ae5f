import { healthEndpoint, readyEndpoint } from './api/health.ts';
import { meEndpoint, sessionStatusEndpoint } from './api/me.ts';
import { openApiEndpoint } from './api/openapi.ts';
import { auditEndpoint, membersEndpoint, teamEndpoint } from './api/team.ts';
import { wsTokenEndpoint } from './api/ws-token.ts';
import type { Endpoint } from './http/endpoint.ts';
import { authorizeEndpoint, decideEndpoint } from './oauth/authorize.ts';
import { deviceEndpoint } from './oauth/device.ts';
import { metadataEndpoint } from './oauth/metadata.ts';
import { revokeEndpoint } from './oauth/revoke.ts';
import { tokenEndpoint } from './oauth/token.ts';
import { accountPage, passwordForm } from './pages/account.ts';
import { deviceForm, devicePage } from './pages/device.ts';
import { homePage } from './pages/home.ts';
import { acceptForm, invitationPage } from './pages/team/invitation.ts';
import { newPasswordForm, newPasswordPage } from './pages/new-password.ts';
import { endSessionForm, sessionsPage } from './pages/sessions.ts';
import { setUpForm, setUpPage } from './pages/set-up.ts';
import { signInForm, signInPage, signOutForm } from './pages/sign-in.ts';
import { stylesheet } from './pages/frame/stylesheet.ts';
import {
  inviteForm,
  memberForm,
  newTokenForm,
  revokeInvitationForm,
  revokeTokenForm,
  teamPage,
} from './pages/team/team.ts';
import { newTeamForm, teamsPage } from './pages/team/teams.ts';

/** For programs: kept stable, and told by `GET /api/openapi.json`. */
export const API: readonly Endpoint[] = [
  metadataEndpoint,
  deviceEndpoint,
  tokenEndpoint,
  revokeEndpoint,
  meEndpoint,
  sessionStatusEndpoint,
  wsTokenEndpoint,
  teamEndpoint,
  membersEndpoint,
  auditEndpoint,
  healthEndpoint,
  readyEndpoint,
];

/** For people with a browser. */
const PAGES: readonly Endpoint[] = [
  homePage,
  stylesheet,
  signInPage,
  signInForm,
  signOutForm,
  setUpPage,
  setUpForm,
  newPasswordPage,
  newPasswordForm,
  invitationPage,
  acceptForm,
  authorizeEndpoint,
  decideEndpoint,
  devicePage,
  deviceForm,
  accountPage,
  passwordForm,
  sessionsPage,
  endSessionForm,
  teamsPage,
  newTeamForm,
  teamPage,
  inviteForm,
  revokeInvitationForm,
  memberForm,
  newTokenForm,
  revokeTokenForm,
];

/** Everything that can be asked for. */
export const ENDPOINTS: readonly Endpoint[] = [...API, ...PAGES, openApiEndpoint(API)];
