import { Fault } from '../fault.ts';
import { shellWord } from '../shell-word.ts';

/** The folder of Spec Kitty, or the configuration in it, that somebody else could have changed. */
export interface ConfigExposure {
  readonly why: 'mode' | 'owner';
  readonly path: string;
  readonly isFolder: boolean;
}

/** Whose a file is, and who may do what with it. */
export interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

const ADMINISTRATOR = 0;
const WRITTEN_BY_OTHERS = 0o022;

/**
 * Why somebody else could have decided what is there; others may read it, and an administrator may have made it.
 *
 * @param me `undefined` on Windows, which has no such bits.
 */
export function writableByOthers(
  { uid, mode }: Ownership,
  me: number | undefined,
): 'mode' | 'owner' | undefined {
  if (me === undefined) return undefined;
  if (uid !== me && uid !== ADMINISTRATOR) return 'owner';
  return (mode & WRITTEN_BY_OTHERS) === 0 ? undefined : 'mode';
}

/** What is said of it. */
export function explainExposure({ why, path }: ConfigExposure): string {
  return `Another user could choose the server of a login, since ${WHY[why]}: ${path}`;
}

const WHY = { mode: 'others may change it', owner: 'it belongs to another user' } as const;

/** The command that mends it, and what to think of. */
export function mendExposure({
  why,
  path,
  isFolder,
}: ConfigExposure): readonly [command: string, why: string] {
  const at = shellWord(path);
  if (why === 'mode')
    return [
      `chmod go-w ${at}`,
      `let nobody else change it${isFolder ? '' : '; see first that its server_url is yours'}`,
    ];
  if (isFolder) return [`sudo chown "$(id -un)" ${at}`, 'make the folder yours'];
  return [`mv ${at} ${shellWord(`${path}.aside`)}`, 'put aside what somebody else has written'];
}

/** Tells of it to somebody who wants to log in. */
export function exposureFault(exposure: ConfigExposure): Fault {
  const [command, why] = mendExposure(exposure);
  return new Fault('refused', 'CONFIG_EXPOSED', explainExposure(exposure), {
    hints: [`Run \`${command}\`: ${why}.`],
    details: { why: exposure.why, path: exposure.path },
  });
}
