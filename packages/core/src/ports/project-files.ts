/** Writes planning files of the primary checkout; every path is relative to its root and stays inside it. */
export interface ProjectFiles {
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** Replaces one file atomically; an equal text writes nothing. @throws Fault naming the path. */
  write(path: string, text: string): void;
}
