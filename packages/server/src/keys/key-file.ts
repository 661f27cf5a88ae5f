import { existsSync, readFileSync, statSync } from 'node:fs';
import { Fault } from '@spec-kitty/core/fault';
import { writeAtomically } from '@spec-kitty/local/files/write-atomically';
import * as v from 'valibot';
import { Keyring, newKey, type TokenKey } from './keyring.ts';

const keySchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{8}$/)),
  secret: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  created_at: v.pipe(v.string(), v.isoTimestamp()),
});
const fileSchema = v.object({ schema_version: v.literal(1), keys: v.tupleWithRest([keySchema], keySchema) });

/**
 * Reads the keys of a server, and makes the first where there is no file.
 *
 * @throws Fault `KEYS_EXPOSED` where others could have read them, `KEYS_OF_OTHERS` where this user cannot, `KEYS_UNREADABLE`
 *   where they are none.
 */
export function openKeyFile(file: string, nowIso: string): Keyring {
  if (!existsSync(file)) saveKeys(file, [newKey(nowIso)]);
  return readKeyFile(file);
}

/** Reads the keys of a server from a file that there is. @throws Fault as {@link openKeyFile}. */
export function readKeyFile(file: string): Keyring {
  requirePrivate(file);
  const parsed = v.safeParse(fileSchema, parse(file));
  if (!parsed.success) throw unreadable(file);
  const [first, ...others] = parsed.output.keys;
  return new Keyring([keyOf(first), ...others.map(keyOf)]);
}

/** Replaces the file at once; a server that runs beside it takes it up in a moment. */
export function saveKeys(file: string, keys: readonly TokenKey[]): void {
  const document = {
    schema_version: 1,
    keys: keys.map(({ id, secret, createdAt }) => ({
      id,
      secret: secret.toString('base64url'),
      created_at: createdAt,
    })),
  };
  writeAtomically(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600, staysWithFolder: true });
}

function keyOf({ id, secret, created_at: createdAt }: v.InferOutput<typeof keySchema>): TokenKey {
  return { id, secret: Buffer.from(secret, 'base64url'), createdAt };
}

function requirePrivate(file: string): void {
  if (process.platform === 'win32') return;
  const { mode, uid } = statSync(file);
  if ((mode & 0o077) !== 0)
    throw new Fault(
      'refused',
      'KEYS_EXPOSED',
      `Others can read the keys that tokens are made with: ${file}`,
      {
        hints: [
          'Take their permission away (mode 600), then run `spec-kitty teamspace key rotate --end-sessions`.',
        ],
        details: { file },
      },
    );
  const me = process.geteuid?.();
  if (uid === me || me === 0) return;
  throw new Fault(
    'refused',
    'KEYS_OF_OTHERS',
    `The file of keys belongs to another user (${uid}), and this one (${String(me)}) cannot read it: ${file}`,
    {
      hints: ['Give it to the user of the server, and leave its mode as it is (600).'],
      details: { file, owner: uid },
    },
  );
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause?: unknown): Fault {
  return new Fault('refused', 'KEYS_UNREADABLE', `This is no file of keys: ${file}`, {
    hints: ['Put the file of another server of this Teamspace, or of a backup, in its place.'],
    details: { file },
    cause,
  });
}
