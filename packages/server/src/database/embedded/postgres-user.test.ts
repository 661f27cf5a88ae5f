import { expect, test } from 'vitest';
import { type PostgresUser, postgresUser } from './postgres-user.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\npostgres:x:105:112:,,,:/var/lib/postgresql:/bin/bash\n';

type Row = [string, number | undefined, string, PostgresUser | undefined, PostgresUser | undefined];

test.each<Row>([
  ['anybody but root runs it as themselves', 1000, PASSWD, undefined, undefined],
  ['so does a system without user ids', undefined, '', undefined, undefined],
  ['root runs it as postgres', 0, PASSWD, undefined, { uid: 105, gid: 112 }],
  [
    'root runs it as nobody without such a user',
    0,
    'not-postgres:x:1:1',
    undefined,
    { uid: 65_534, gid: 65_534 },
  ],
  ['root runs it as whoever has the database', 0, PASSWD, { uid: 7, gid: 8 }, { uid: 7, gid: 8 }],
  ['never as root, who may have the folder', 0, PASSWD, { uid: 0, gid: 0 }, { uid: 105, gid: 112 }],
])('%s', (...[_name, mine, passwd, owner, expected]) => {
  expect(postgresUser(mine, passwd, owner)).toEqual(expected);
});
