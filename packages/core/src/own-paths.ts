/** Folders of Spec Kitty in a repository: no work is there, and no lane has a place for them. */
export const OWN_FOLDERS = ['kitty-specs', '.kittify'] as const;

/** Tells whether a path of a repository is in one of our folders, or is one; on many disks upper case is the same. */
export function isOwnPath(file: string): boolean {
  const [folder = ''] = file.toLowerCase().split('/');
  return OWN_FOLDERS.some((own) => own === folder);
}
