import {
  hasInstalledPostgres,
  openEmbeddedPostgres,
  openInstalledPostgres,
  type TestPostgres,
} from '@spec-kitty/testkit/teamspace/test-postgres';
import { TeamspaceWorld } from '@spec-kitty/testkit/teamspace/teamspace-world';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import type { Teamspace } from '../teamspace.ts';

/** Opens a server on a database of its own; it is closed with the test. */
export type OpenWorld = (overrides?: Partial<Teamspace>) => Promise<TeamspaceWorld>;

const IS_INSTALLED = await hasInstalledPostgres();

/** Declares tests twice: on the PostgreSQL that the server brings, and on the one of this machine where there is one. */
export function onBoth(name: string, tests: (open: OpenWorld) => void): void {
  describe(`${name}, on the embedded PostgreSQL`, () => {
    withPostgres(openEmbeddedPostgres, tests);
  });
  const why = IS_INSTALLED ? '' : ' (none answers at 127.0.0.1:5432 or TEAMSPACE_TEST_POSTGRES)';
  describe.skipIf(!IS_INSTALLED)(`${name}, on the installed PostgreSQL${why}`, () => {
    withPostgres(openInstalledPostgres, tests);
  });
}

/** The same once, on the PostgreSQL that the server brings. */
export function onEmbedded(tests: (open: OpenWorld) => void): void {
  describe('on the embedded PostgreSQL', () => {
    withPostgres(openEmbeddedPostgres, tests);
  });
}

function withPostgres(start: () => Promise<TestPostgres>, tests: (open: OpenWorld) => void): void {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await start();
  });
  afterAll(() => postgres?.close());
  tests(async (overrides) => {
    if (!postgres) throw new Error('There is no PostgreSQL yet');
    const world = await TeamspaceWorld.open(postgres, overrides);
    onTestFinished(() => world.close());
    return world;
  });
}
