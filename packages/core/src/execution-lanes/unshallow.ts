/** What helps where a shallow clone lacks the commit that two others have in common. */
export const UNSHALLOW = 'Get the commits before: run `git fetch --unshallow`, then run the command again.';
