/** Writes planning files of the primary checkout; every path is relative to its root and stays inside it. */
export interface ProjectFiles {
  /** `undefined` where there is no file. @throws Fault `NOT_UTF8` naming it. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** Replaces one file atomically; an equal text writes nothing. @throws Fault naming the path. */
  write(path: string, text: string): void;
  /** The same in a folder that must be there: on a branch that was switched to meanwhile it is not made again. */
  rewrite(path: string, text: string): void;
}
