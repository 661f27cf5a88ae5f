/** What every program needs to find its way; anything else an agent gets only where its entry names it. */
const USUAL =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TERM|COLORTERM|TZ|TMPDIR|TEMP|TMP|XDG_[A-Z_]+|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|WINDIR|NUMBER_OF_PROCESSORS|GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)|GIT_CONFIG_(?:GLOBAL|NOSYSTEM))$/i;

/** The environment of an agent: an allow-list, so that no secret gets to one that is for somebody else. */
export function agentEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  mayKnow: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (USUAL.test(entry[0]) || mayKnow(entry[0])),
    ),
  );
}
