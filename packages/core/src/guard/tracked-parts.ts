/**
 * Files of a folder that a repository brought along: those it tracks below the folder, and links or submodules that it
 * tracks in the place of the folder or of one above it.
 *
 * @param tracked paths relative to the root of the checkout.
 * @param folder relative to the same root, with `/`; empty where it is that root.
 */
export function trackedParts(tracked: readonly string[], folder: string): readonly string[] {
  const own = folded(folder);
  return tracked.filter((file) => {
    const name = folded(file);
    return own === '' || name === own || name.startsWith(`${own}/`) || own.startsWith(`${name}/`);
  });
}

/** As file systems compare names that make no difference of case or of how an accent is written. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
