import { TeamspaceUnderTest } from '../teamspace/teamspace-under-test.ts';
import { OAuthServer } from './oauth-server.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** Which server the suite of logins is run against: `teamspace` on either PostgreSQL, else the small one. */
const KIND = process.env['SPEC_KITTY_TEST_SERVER'] ?? 'small';

/** Makes the server that this run tests logins with. */
export function openServer(): ServerUnderTest {
  switch (KIND) {
    case 'teamspace':
      return new TeamspaceUnderTest('embedded');
    case 'teamspace-installed':
      return new TeamspaceUnderTest('installed');
    default:
      return new OAuthServer();
  }
}
